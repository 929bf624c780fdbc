import { cutToWidth, textWidth } from './text-width.js';

/** Where text is broken so that it is good to read, however wide the terminal. */
export const READABLE_WIDTH = 100;

/**
 * Breaks a text between words into lines of at most `width` columns; a word that is longer than a line has one of its own,
 * and is cut only if it is not `whole`.
 * @param indent - what lines after the first begin with, in columns of spaces
 */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  const margin = ' '.repeat(indent);
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = margin + word;
    } else line = line.trim() === '' ? line + word : longer;
  }
  lines.push(line);
  return lines;
}

/** Cuts lines so that none is wider than a terminal; all of them where there is none. */
export function fitLine(line: string, width: number | undefined): string {
  return width === undefined ? line : cutToWidth(line, width);
}
