import { STATUS_FAILED } from './exit-status.js';
import { tell } from './message.js';
import type { Program } from './program.js';
import { type Ending, endingText, StartedProgram } from './started-program.js';

/** How long programs have to end after SIGTERM before they get SIGKILL, ms. */
const GRACE = 5000;

/** How programs are started. */
export interface StartOptions {
  /** Brings the main thread into the mount namespace of a domain. */
  readonly enter: (domain: number) => void;
  /** The words of a command that becomes each program, before its own. */
  readonly wrapper: readonly string[];
  /** The domains that faults have taken away by now; none unless given. */
  readonly lost?: () => Promise<ReadonlySet<number>>;
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Programs that run at the same time: the first that fails ends the others. What becomes of the programs of a domain that a
 * fault has taken away is no failure, as long as there are programs of other domains, which have to get over it.
 */
export class ProgramGroup {
  readonly #started: StartedProgram[] = [];
  readonly #over = new Set<StartedProgram>();
  readonly #forwarded = new Set<NodeJS.Signals>();
  #status = 0;
  #ending = false;

  /** 0, or the exit status of the first that failed, or 125 after {@link fail}. */
  get status(): number {
    return this.#status;
  }

  /**
   * Starts programs and waits until all have ended. All are started before it first waits.
   * @returns their {@link status}
   */
  async run(programs: readonly Program[], options: StartOptions): Promise<number> {
    for (const program of programs) {
      if (this.#ending) break;
      options.enter(program.domain);
      const started = new StartedProgram(program, options.wrapper);
      this.#started.push(started);
      if (!started.running) break;
    }
    const lost = options.lost ?? (async () => NONE);
    await Promise.all(this.#started.map((started) => this.#wait(started, lost)));
    return this.#status;
  }

  /** Passes a signal on to all programs. */
  signal(signal: NodeJS.Signals): void {
    this.#forwarded.add(signal);
    for (const started of this.#started) started.signal(signal);
  }

  /** Ends all programs for a reason of xen-evtchn's own; that is then the status, whatever became of the programs. */
  fail(reason: string): void {
    tell(reason);
    this.#endAll();
    this.#status = STATUS_FAILED;
  }

  async #wait(
    started: StartedProgram,
    findLost: () => Promise<ReadonlySet<number>>,
  ): Promise<void> {
    const ending = await started.ended;
    this.#over.add(started);
    const lost = await findLost();
    this.#endLost(lost);
    if (ending.status === 0 || this.#ending) return;
    if (lost.has(started.program.domain) && this.#hasOthers(lost)) {
      tell(
        `${endingText(started.program, ending)}, after a fault in domain ${started.program.domain}`,
      );
      return;
    }
    this.#status = ending.status;
    const complaint = this.#complaint(started, ending);
    if (complaint !== undefined) tell(complaint);
    this.#endAll();
  }

  /** Whether there are programs, running or not, of domains that are not lost. */
  #hasOthers(lost: ReadonlySet<number>): boolean {
    return this.#started.some(({ program }) => !lost.has(program.domain));
  }

  /** Ends the programs of lost domains once there are only those. */
  #endLost(lost: ReadonlySet<number>): void {
    const running = this.#started.filter((started) => !this.#over.has(started));
    if (!this.#hasOthers(lost) || !running.every(({ program }) => lost.has(program.domain))) return;
    for (const started of running) started.signal('SIGKILL');
  }

  /** What to say of a failure: nothing of one that whoever looks at the program's exit status sees. */
  #complaint({ program }: StartedProgram, ending: Ending): string | undefined {
    if (ending.refused !== undefined) return endingText(program, ending);
    const expected = ending.signal !== undefined && this.#forwarded.has(ending.signal);
    return expected || this.#started.length === 1 ? undefined : endingText(program, ending);
  }

  #endAll(): void {
    if (this.#ending) return;
    this.#ending = true;
    for (const started of this.#started) started.signal('SIGTERM');
    const kill = () => {
      for (const started of this.#started) started.signal('SIGKILL');
    };
    setTimeout(kill, GRACE).unref();
  }
}
