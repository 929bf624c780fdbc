// biome-ignore-start lint/suspicious/noControlCharactersInRegex: it is what terminals are controlled with
/** A control sequence, or text with none in it; and the beginning of a sequence. */
const TOKEN = /^(?:\x1b\[([?\d;]*)([A-Za-z])|\r|\n|[^\x1b\r\n]+)/;
const BEGINNING = /^\x1b(\[[?\d;]*)?$/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: it is what terminals are controlled with

/** What a terminal shows of what was written to it, as far as `xen-evtchn` makes use of one. */
export class ScreenModel {
  /** The alternate screen is shown. */
  alternate = false;
  cursorVisible = true;
  wrapping = true;
  #columns: number;
  #rows: number;
  #row = 0;
  #column = 0;
  #lines: string[] = [];
  /** The end of a sequence is still to come. */
  #rest = '';
  /** Frames that were begun and ended (mode 2026). */
  frames = 0;
  #inFrame = false;
  /** Anything drawn on the alternate screen outside of a frame, and every clearing of it. */
  readonly flicker: string[] = [];

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** The lines as they are seen, without spaces at their end. */
  get lines(): string[] {
    return Array.from({ length: this.#rows }, (_, row) => (this.#lines[row] ?? '').trimEnd());
  }

  /** Another size: what does not fit any more is cut off. */
  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#lines = this.#lines.slice(0, rows).map((line) => line.slice(0, columns));
  }

  /** Shows what a program has written. @throws Error for a sequence that it does not know */
  write(text: string): void {
    let data = this.#rest + text;
    this.#rest = '';
    while (data !== '') {
      const token = TOKEN.exec(data);
      if (token === null) {
        if (!BEGINNING.test(data)) throw new Error(`unknown: ${JSON.stringify(data)}`);
        this.#rest = data;
        return;
      }
      data = data.slice(token[0].length);
      if (token[2] === undefined) this.#print(token[0]);
      else this.#control(token[2], token[1]!);
    }
  }

  #print(text: string): void {
    if (this.alternate && !this.#inFrame) this.flicker.push(text);
    if (text === '\r') this.#column = 0;
    else if (text === '\n') this.#row++;
    else {
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
      const shown = this.wrapping ? text : text.slice(0, this.#columns - this.#column);
      const end = this.#column + shown.length;
      this.#lines[this.#row] = line.slice(0, this.#column) + shown + line.slice(end);
      this.#column = end;
    }
  }

  #control(final: string, parameters: string): void {
    if (this.alternate && !this.#inFrame && 'HKJ'.includes(final)) this.flicker.push(final);
    switch (final) {
      case 'm':
        return;
      case 'H': {
        const [row = 1, column = 1] = parameters.split(';').map(Number);
        this.#row = row - 1;
        this.#column = column - 1;
        return;
      }
      case 'K':
        this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
        return;
      case 'J':
        if (parameters !== '' || this.#row === 0) this.flicker.push('cleared');
        this.#lines.length = Math.min(this.#lines.length, this.#row);
        return;
      default:
        this.#mode(parameters, final === 'h');
    }
  }

  #mode(parameters: string, on: boolean): void {
    switch (parameters) {
      case '?1049':
        this.alternate = on;
        this.#lines = [];
        return;
      case '?25':
        this.cursorVisible = on;
        return;
      case '?7':
        this.wrapping = on;
        return;
      case '?2026':
        this.#inFrame = on;
        if (!on) this.frames++;
        return;
      default:
        throw new Error(`unknown mode: ${parameters}`);
    }
  }
}
