import { textWidth } from './text-width.js';

/** How wide lines of prose are at most, for them to be read well on wide terminals. */
export const READABLE_WIDTH = 100;

/**
 * Breaks a text between words into lines of at most `width` columns. A word that is longer than a line has one of its own,
 * whole: it may be a path or part of a command, which is no use cut.
 * @param indent - spaces that lines begin with after the first
 */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    const margin = lines.length === 0 ? 0 : indent;
    if (line !== '' && margin + textWidth(longer) > width) {
      lines.push(' '.repeat(margin) + line);
      line = word;
    } else line = longer;
  }
  lines.push(' '.repeat(lines.length === 0 ? 0 : indent) + line);
  return lines;
}
