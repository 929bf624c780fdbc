import { fileURLToPath } from 'node:url';
import { Client } from './client.js';
import { PATIENCE } from './deadline.js';
import { PYTHON } from './requirements.js';
import { ScreenModel } from './screen-model.js';

const AT_TERMINAL = fileURLToPath(new URL('at_terminal.py', import.meta.url));

/** How a program left its terminal. */
export interface TerminalEnd {
  /** Exit status; negative: the signal that ended it. */
  readonly end: number;
  /** What is typed is shown again, and read by lines. */
  readonly echo: boolean;
  readonly canonical: boolean;
}

/** How to start a program at a terminal. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A terminal with a program at it, and the test as the person before it. */
export class Terminal {
  readonly screen: ScreenModel;
  /** All that the program wrote. */
  text = '';
  readonly #client: Client;
  #end: TerminalEnd | undefined;
  #stops = 0;

  private constructor(client: Client, screen: ScreenModel) {
    this.#client = client;
    this.screen = screen;
  }

  /** Starts a program at a terminal of its own: one that knows colours, whatever the test's own is. */
  static async start(words: readonly string[], options: TerminalOptions = {}): Promise<Terminal> {
    const { columns = 130, rows = 24, environment = {} } = options;
    const client = await Client.start(PYTHON, ['-u', AT_TERMINAL, columns, rows, ...words], {
      environment: { TERM: 'xterm-256color', NO_COLOR: '', ...environment },
    });
    return new Terminal(client, new ScreenModel(columns, rows));
  }

  /** Types. */
  type(text: string): void {
    this.#client.say(JSON.stringify({ type: text }));
  }

  /** Makes the window another size. */
  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    this.#client.say(JSON.stringify({ size: [columns, rows] }));
  }

  /** Sends the program a signal. */
  signal(name: NodeJS.Signals): void {
    this.#client.say(JSON.stringify({ signal: name }));
  }

  /** Waits until the screen is as wanted. @throws (rejects) Error with the screen if the program ends, or says nothing more */
  async until(wanted: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
    const deadline = Date.now() + PATIENCE;
    while (!wanted(this.screen.lines)) {
      if (Date.now() > deadline) throw new Error(`it is still\n${this.screen.lines.join('\n')}`);
      if (this.#end !== undefined) throw new Error(`it ended: ${JSON.stringify(this.text)}`);
      await this.#next();
    }
    return this.screen.lines;
  }

  /** Waits until a line of the screen matches. */
  async shows(pattern: RegExp): Promise<readonly string[]> {
    return this.until((lines) => lines.some((line) => pattern.test(line)));
  }

  /** Waits until the program was stopped. */
  async stopped(): Promise<void> {
    const before = this.#stops;
    while (this.#stops === before) await this.#next();
  }

  /** Waits for its end. */
  async ended(): Promise<TerminalEnd> {
    while (this.#end === undefined) await this.#next();
    this.#client.hangUp();
    await this.#client.endedWell();
    return this.#end;
  }

  async #next(): Promise<void> {
    let line: string;
    try {
      line = await this.#client.line();
    } catch (error) {
      throw new Error(`the screen is\n${this.screen.lines.join('\n')}`, { cause: error });
    }
    const what = JSON.parse(line);
    if (what.out !== undefined) {
      this.text += what.out;
      this.screen.write(what.out);
    } else if (what.stopped === true) this.#stops++;
    else this.#end = what;
  }
}
