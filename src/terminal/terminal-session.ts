import { emitKeypressEvents } from 'node:readline';
import type { Key } from './key.js';
import { Screen } from './screen.js';

/** What a session tells of. */
export interface SessionEvents {
  readonly onKey: (key: Key) => void;
  /** The frame has to be drawn: another size, or back after a suspension. */
  readonly onRedraw: () => void;
}

/** What has the terminal, and hears of signals: as `process` does. */
export interface TerminalProcess extends NodeJS.EventEmitter {
  readonly stdin: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    setRawMode(raw: boolean): unknown;
  };
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns: number;
    readonly rows: number;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/** What ends a program unless it is asked to let it. */
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** Of a terminal that does not know its size. */
const USUAL_SIZE = { width: 80, height: 24 };

/**
 * The terminal of a process, this one unless told otherwise, as a screen and keys, from {@link open} to {@link close}.
 * However the process ends meanwhile, the terminal is given back as it was: by a signal, suspended and continued, or by an
 * error that nobody caught.
 */
export class TerminalSession {
  readonly #process: TerminalProcess;
  readonly #screen = new Screen((text) => this.#process.stdout.write(text));
  readonly #events: SessionEvents;
  /** Listeners to be taken away: of what, for what, which. */
  readonly #undo: (() => void)[] = [];

  private constructor(events: SessionEvents, of: TerminalProcess) {
    this.#process = of;
    this.#events = events;
  }

  /** Whether the process has a terminal that can be drawn on, and typed at. */
  static possible(of: TerminalProcess = process): boolean {
    return of.stdin.isTTY === true && of.stdout.isTTY === true && of.env.TERM !== 'dumb';
  }

  /** Takes the terminal over. */
  static open(events: SessionEvents, of: TerminalProcess = process): TerminalSession {
    const session = new TerminalSession(events, of);
    session.#listen();
    session.#take();
    return session;
  }

  /** Its size, in columns and lines. */
  get size(): { readonly width: number; readonly height: number } {
    const { columns, rows } = this.#process.stdout;
    return {
      width: columns > 0 ? columns : USUAL_SIZE.width,
      height: rows > 0 ? rows : USUAL_SIZE.height,
    };
  }

  /** Draws a frame of {@link size}. */
  draw(lines: readonly string[]): void {
    const { width, height } = this.size;
    this.#screen.draw(lines, width, height);
  }

  /** Has the next frame draw everything: something else may have written on the screen. */
  forget(): void {
    this.#screen.forget();
  }

  /** As Ctrl-Z would, which the terminal does not act on meanwhile: stops this process and those it was started with. */
  suspend(): void {
    this.#process.kill(0, 'SIGTSTP');
  }

  /** Gives the terminal back. */
  close(): void {
    this.#give();
    for (const undo of this.#undo.splice(0)) undo();
  }

  #take(): void {
    this.#process.stdin.setRawMode(true);
    this.#process.stdin.resume();
    this.#screen.enter();
  }

  #give(): void {
    this.#screen.leave();
    this.#process.stdin.setRawMode(false);
    this.#process.stdin.pause();
  }

  #listen(): void {
    emitKeypressEvents(this.#process.stdin);
    this.#on(this.#process.stdin, 'keypress', (_text: string, key: Key) => this.#events.onKey(key));
    this.#on(this.#process.stdout, 'resize', () => this.#events.onRedraw());
    // A terminal that is gone, as after SIGHUP, cannot be drawn on: there is nobody to tell. For good, as writing may fail
    // only after this has ended.
    this.#process.stdin.on('error', () => {});
    this.#process.stdout.on('error', () => {});
    for (const signal of ENDING) this.#on(this.#process, signal, () => this.#endBy(signal));
    this.#on(this.#process, 'SIGTSTP', () => this.#stop());
    this.#on(this.#process, 'SIGCONT', () => this.#goOn());
    this.#on(this.#process, 'uncaughtExceptionMonitor', () => this.#give());
    this.#on(this.#process, 'exit', () => this.#give());
  }

  #on(on: NodeJS.EventEmitter, event: string, listener: (...args: never[]) => void): void {
    on.on(event, listener as () => void);
    this.#undo.push(() => on.off(event, listener as () => void));
  }

  /** Ends by the signal that came, as a program does that has not heard of it. */
  #endBy(signal: NodeJS.Signals): void {
    this.close();
    this.#process.kill(this.#process.pid, signal);
  }

  /** With SIGTSTP listened to nothing stops by itself. */
  #stop(): void {
    this.#give();
    this.#process.kill(this.#process.pid, 'SIGSTOP');
  }

  #goOn(): void {
    this.#take();
    this.#screen.forget();
    this.#events.onRedraw();
  }
}
