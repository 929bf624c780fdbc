import { textWidth } from './text-width.js';

/** Alternate screen (xterm's 1049, which also keeps the cursor's place), no cursor, no wrapping at the right edge. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
/** Synchronized update: a terminal that knows it (mode 2026) shows what is between at once; others ignore it. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const TO_END_OF_LINE = '\x1b[K';
const TO_END_OF_SCREEN = '\x1b[J';
/** What switches looks on and off, which takes no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const LOOKS = /\x1b\[[0-9;]*m/g;

/**
 * A terminal's whole screen, as the frames that are drawn on it. Every frame is one write of the lines that changed; the
 * screen is never cleared, which would flicker.
 */
export class Screen {
  readonly #write: (text: string) => void;
  /** What is on it; undefined where that is not known. */
  #shown: readonly string[] | undefined;
  #width = 0;
  #height = 0;
  #entered = false;

  /** @param write - to the terminal; each call is one write */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Takes the screen over; what was on it comes back when it is left. */
  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    this.#shown = undefined;
    this.#write(ENTER);
  }

  /** Gives it back as it was. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#write(LEAVE);
  }

  /** What is on it is not known any more: the next frame draws every line. */
  forget(): void {
    this.#shown = undefined;
  }

  /**
   * Draws a frame, if it has been entered.
   * @param lines - none wider than the screen; those below its last line are not drawn
   */
  draw(lines: readonly string[], width: number, height: number): void {
    if (!this.#entered) return;
    if (width !== this.#width || height !== this.#height) this.#shown = undefined;
    this.#width = width;
    this.#height = height;
    const frame = lines.slice(0, height);
    const text = this.#changes(frame);
    this.#shown = frame;
    if (text !== '') this.#write(BEGIN + text + END);
  }

  #changes(frame: readonly string[]): string {
    let text = '';
    for (const [index, line] of frame.entries()) {
      if (this.#shown?.[index] === line) continue;
      text += `\x1b[${index + 1};1H${line}`;
      // With the last column written, the cursor is on it still, and what is there would be erased.
      if (textWidth(line.replace(LOOKS, '')) < this.#width) text += TO_END_OF_LINE;
    }
    const before = this.#shown?.length ?? this.#height;
    if (frame.length < before) text += `\x1b[${frame.length + 1};1H${TO_END_OF_SCREEN}`;
    return text;
  }
}
