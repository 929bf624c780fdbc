import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How long a program may take for what it is asked, ms. Everything here takes a fraction of a second. */
const PATIENCE = 30_000;
/** How long it may take to end after SIGTERM, ms: longer than `xen-evtchn run` gives the programs it runs. */
const GRACE = 8000;

/** How to start a program. */
export interface ChildOptions {
  /** Where it starts. */
  readonly cwd: string;
  /** Takes each line of its output, without the newline, as it comes. */
  readonly onLine?: (line: string) => void;
}

/** A program that runs beside this one. Its output and its errors come together, in the order they were written in. */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number>;
  #output = '';
  #running = true;
  #onChange = (): void => {};

  /** Starts it. A program that cannot be started ends with 127, as in a shell. */
  constructor(command: readonly string[], { cwd, onLine = () => {} }: ChildOptions) {
    this.#name = command.join(' ');
    // The shell makes one stream of two, and becomes the program.
    this.#process = spawn('/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', ...command], {
      cwd,
      stdio: ['pipe', 'pipe', 'inherit'],
      // Whoever plays the demo may have a served host in mind for other programs.
      env: { ...process.env, XEN_EVTCHN_HOST: '' },
    });
    let shown = 0;
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      for (let end = this.#end(shown); end >= 0; end = this.#end(shown)) {
        onLine(this.#output.slice(shown, end));
        shown = end + 1;
      }
      this.#onChange();
    });
    // One that has ended does not read what it is told: that it ended is what tells.
    this.#process.stdin!.on('error', () => {});
    this.#ended = new Promise((resolve, reject) => {
      this.#process.on('error', reject);
      this.#process.on('close', (code, signal) => {
        this.#running = false;
        resolve(signal === null ? code! : 128 + constants.signals[signal]);
        this.#onChange();
      });
    });
    this.#ended.catch(() => {});
  }

  /** What it has written so far. */
  get output(): string {
    return this.#output;
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#process.stdin!.write(text);
  }

  /** Ends its standard input. */
  hangUp(): void {
    this.#process.stdin!.end();
  }

  /**
   * Waits until its output has something.
   * @returns whether it has: it may end without
   * @throws (rejects) Error if it takes too long
   */
  says(what: RegExp): Promise<boolean> {
    const said = new Promise<boolean>((resolve) => {
      this.#onChange = () => {
        if (what.test(this.#output)) resolve(true);
        else if (!this.#running) resolve(false);
      };
      this.#onChange();
    });
    return this.#inTime(said);
  }

  /** Waits for its end. @returns its exit status, 128 and the signal's number if one killed it @throws (rejects) Error */
  ended(): Promise<number> {
    return this.#inTime(this.#ended);
  }

  /** Ends it, by force if need be, and waits until it has gone. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    const force = setTimeout(() => this.#process.kill('SIGKILL'), GRACE);
    await this.#ended.catch(() => {});
    clearTimeout(force);
  }

  #end(from: number): number {
    return this.#output.indexOf('\n', from);
  }

  async #inTime<T>(promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`${this.#name} takes too long:\n${this.#output}`);
      timer = setTimeout(reject, PATIENCE, error);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
