import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitStatus } from '../run/exit-status.js';
import { parseFaultList } from '../watch/fault-list.js';
import { type HangAccount, hangAccount } from './hang-account.js';
import { killMarked, TRIAL_VARIABLE } from './marked-processes.js';
import { OutputTail } from './output-tail.js';
import { STATUS_HUNG, type TrialResult } from './trial-result.js';

/** What all trials of a command have in common. */
export interface TrialMeans {
  /** The words that start `xen-evtchn`. */
  readonly command: readonly string[];
  /** Milliseconds that a trial may take, its start included. */
  readonly timeout: number;
  /** A directory for files that are gone with their trials. */
  readonly folder: string;
}

/** Milliseconds that programs have between SIGTERM and SIGKILL. */
const GRACE = 1000;
/** Milliseconds that looking at a run that hangs may take. */
const LOOK = 10_000;
/** Milliseconds in which the last words of a process that is gone are to be had. */
const LAST_WORDS = 1000;

/** `xen-evtchn run` in a session of its own, with nothing on its stdin. */
class Trial {
  readonly ended: Promise<number>;
  readonly #child: ChildProcess;
  readonly #mark = randomUUID();
  readonly #log: string;
  readonly #tail = new OutputTail();
  readonly #closed: Promise<void>;
  readonly #began = performance.now();

  constructor(words: readonly string[], { command, folder }: TrialMeans) {
    this.#log = join(folder, this.#mark);
    const [file = '', ...before] = command;
    this.#child = spawn(file, [...before, 'run', '--fault-log', this.#log, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, [TRIAL_VARIABLE]: this.#mark },
    });
    const { stdout, stderr } = this.#child;
    for (const stream of [stdout!, stderr!]) {
      stream.on('data', (part: Buffer) => this.#tail.add(part));
      // Its pipes are closed on it in the end, whatever it does.
      stream.on('error', () => {});
    }
    this.#closed = new Promise((resolve) => this.#child.on('close', () => resolve()));
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('exit', (code, signal) => resolve(exitStatus(code, signal)));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks its processes to end, and gives them time for it. */
  async end(): Promise<void> {
    this.#signal('SIGTERM');
    const over = new AbortController();
    const { signal } = over;
    const waited = delay(GRACE, undefined, { signal }).catch(() => {});
    await Promise.race([this.ended, waited]);
    over.abort();
  }

  /** Ends all that is left of it, waits for its last words, and says what came of it. */
  async result(status: number, hang: HangAccount | undefined): Promise<TrialResult> {
    await this.#clear();
    const faults = parseFaultList(this.#readLog()) ?? hang?.faults;
    const common = { output: this.#tail.text, faults, took: performance.now() - this.#began };
    if (hang !== undefined) {
      return { ...common, outcome: 'hung', status: STATUS_HUNG, account: hang.sentences };
    }
    const outcome = faults === undefined ? 'refused' : status === 0 ? 'passed' : 'failed';
    return { ...common, outcome, status, account: [] };
  }

  /** Ends all processes of it. */
  async #clear(): Promise<void> {
    this.#signal('SIGKILL');
    killMarked(this.#mark);
    await this.ended;
    const over = new AbortController();
    const { signal } = over;
    const waited = delay(LAST_WORDS, undefined, { signal }).catch(() => {});
    await Promise.race([this.#closed, waited]);
    over.abort();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Sends a signal to its process group. */
  #signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    // Once it has ended its number may be another group's.
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    process.kill(-pid, signal);
  }

  #readLog(): string {
    try {
      return readFileSync(this.#log, 'utf8');
    } catch {
      return '';
    } finally {
      rmSync(this.#log, { force: true });
    }
  }
}

/** A promise that is resolved when a signal aborts, and what takes it back. */
function aborted(signal: AbortSignal): { readonly promise: Promise<undefined>; dispose(): void } {
  let listener = (): void => {};
  const promise = new Promise<undefined>((resolve) => {
    listener = () => resolve(undefined);
    signal.addEventListener('abort', listener);
  });
  return { promise, dispose: () => signal.removeEventListener('abort', listener) };
}

/** Why a run hangs; it is not asked for longer than is worth it. */
async function accountOf(pid: number): Promise<HangAccount> {
  const over = new AbortController();
  const { signal } = over;
  const late: HangAccount = {
    sentences: [`Its host has not answered in ${LOOK / 1000} seconds.`],
    faults: undefined,
  };
  const account = await Promise.race([
    hangAccount(pid),
    delay(LOOK, late, { signal }).catch(() => late),
  ]);
  over.abort();
  return account;
}

/**
 * Runs programs once, as `xen-evtchn run` does, in a process of its own. Whatever becomes of it, no process of it is left: those
 * that have left its process group are known by a variable in their environment.
 * @param words - options of `run`, and its programs
 * @param stop - ends it when it aborts
 * @throws (rejects) the reason of `stop`; Error if no process can be started
 */
export async function runTrial(
  words: readonly string[],
  means: TrialMeans,
  stop: AbortSignal,
): Promise<TrialResult> {
  stop.throwIfAborted();
  const trial = new Trial(words, means);
  const stopped = aborted(stop);
  const over = new AbortController();
  const { signal } = over;
  const late = delay(means.timeout, 'late' as const, { signal }).catch(() => 'late' as const);
  try {
    const end = await Promise.race([trial.ended, late, stopped.promise]);
    const hang =
      end === 'late' ? await Promise.race([accountOf(trial.pid!), stopped.promise]) : undefined;
    const status = typeof end === 'number' ? end : STATUS_HUNG;
    if (typeof end !== 'number') await trial.end();
    const result = await trial.result(status, hang);
    if (typeof end !== 'number' && hang === undefined) stop.throwIfAborted();
    return result;
  } finally {
    over.abort();
    stopped.dispose();
  }
}
