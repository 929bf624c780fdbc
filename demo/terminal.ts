import type { Style, StyledLine } from './styled-line.js';

/** Columns the picture can be drawn in. */
const NARROWEST = 72;
const WIDEST = 100;

const CODES: Readonly<Record<Style, string>> = {
  plain: '',
  faint: '90',
  title: '1',
  sent: '34',
  delivered: '32',
  held: '33',
  lost: '31',
  read: '36',
  good: '32',
};

/** What of an output stream decides how to write to it. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How many columns to draw in. */
export function widthOf({ columns = WIDEST }: OutputStream): number {
  return Math.max(NARROWEST, Math.min(WIDEST, columns));
}

/** Colours are for people at terminals who did not say no (no-color.org). */
export function wantsColour(
  { isTTY = false }: OutputStream,
  { NO_COLOR = '', TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  return isTTY && NO_COLOR === '' && TERM !== 'dumb';
}

/** A line as text for a terminal. */
export function toText(line: StyledLine, colour: boolean): string {
  return line
    .map(({ text, style }) =>
      colour && CODES[style] !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text,
    )
    .join('');
}
