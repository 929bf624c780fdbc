import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { exitStatus, STATUS_FAILED, startProblem, startStatus } from './exit-status.js';
import { findProgram } from './find-program.js';
import { type Program, programName } from './program.js';

/** How a program ended. */
export interface Ending {
  /** As a shell tells it: its status, or 128 and the number of the signal that killed it. */
  readonly status: number;
  /** The signal that killed it. */
  readonly signal?: NodeJS.Signals;
  /** Why it could not be started at all. */
  readonly refused?: string;
}

/** A program, from its start to its end. It has the standard streams and the mount namespace of this process. */
export class StartedProgram {
  readonly program: Program;
  /** Never rejects. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess | undefined;

  /**
   * Starts it.
   * @param wrapper - the words of a command that becomes the program, before its own
   */
  constructor(program: Program, wrapper: readonly string[]) {
    this.program = program;
    const refusal = checkProgram(program);
    if (refusal !== undefined) {
      this.ended = Promise.resolve(refusal);
      return;
    }
    try {
      this.#child = startChild(program, wrapper);
      this.ended = ending(this.#child);
    } catch (error) {
      this.ended = Promise.resolve(refused(error));
    }
  }

  /** Whether there is, or was, a process. */
  get running(): boolean {
    return this.#child?.pid !== undefined;
  }

  /** Sends it a signal; nothing once it has ended. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }
}

function environment(program: Program): NodeJS.ProcessEnv {
  return { ...process.env, ...program.env };
}

/** What keeps a program from being started, as far as it can be told before. */
function checkProgram(program: Program): Ending | undefined {
  const { command, cwd } = program;
  if (cwd !== undefined) {
    const problem = directoryProblem(cwd);
    if (problem !== undefined) return { status: STATUS_FAILED, refused: `cwd ${cwd}: ${problem}` };
  }
  const found = findProgram(command[0], environment(program).PATH, cwd);
  return 'error' in found ? refused({ code: found.error }) : undefined;
}

function directoryProblem(path: string): string | undefined {
  try {
    if (!statSync(path).isDirectory()) return 'ENOTDIR';
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** The ending of a program that could not be started. */
function refused(error: unknown): Ending {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return { status: startStatus(code), refused: startProblem(code) };
}

function startChild(program: Program, wrapper: readonly string[]): ChildProcess {
  const [file = '', ...args] = [...wrapper, ...program.command];
  return spawn(file, args, {
    stdio: 'inherit',
    env: environment(program),
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
  });
}

function ending(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(refused(error));
    });
    child.on('exit', (code, signal) => {
      const status = exitStatus(code, signal);
      resolve(signal === null ? { status } : { status, signal });
    });
  });
}

/** An ending in words: `a.out exited with 3`, `a.out was killed by SIGSEGV`, `a.out: not found`. */
export function endingText(program: Program, ending: Ending): string {
  const name = programName(program) || '""';
  if (ending.refused !== undefined) return `${name}: ${ending.refused}`;
  if (ending.signal !== undefined) return `${name} was killed by ${ending.signal}`;
  return `${name} exited with ${ending.status}`;
}
