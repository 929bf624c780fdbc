/** What is printed as it is, a column each. */
const PLAIN = /^[ -~]*$/;
/** Takes no column: it is drawn over what is before it, or not at all. */
const NO_COLUMN = /^(\p{Mn}|\p{Me}|[\u200b-\u200f]|[\u2060-\u2064])$/u;
/** Controls, which a terminal acts on, and what turns the direction of text around. */
const CONTROL = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu;

/** First and last of the characters that take two columns (East Asian Width W and F of Unicode 16). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x2753, 0x2755],
  [0x2795, 0x2797],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1aff0, 0x1b2ff],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f200, 0x1f265],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f90c, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  if (NO_COLUMN.test(character)) return 0;
  const code = character.codePointAt(0)!;
  if (code < WIDE[0]![0]) return 1;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** How many columns of a terminal a text takes that has no controls in it. */
export function textWidth(text: string): number {
  // As most texts are plain, and a long listing measures millions: no regular expression here.
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return widthByCharacter(text);
  }
  return text.length;
}

function widthByCharacter(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** A text that cannot do anything to a terminal, each control replaced by `?`: the name of a process may be any bytes. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(CONTROL, '?');
}

/** The beginning of a text that fits into so many columns, with `…` at its end where something was cut off. */
export function cutToWidth(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  let cut = '';
  let left = width - 1;
  for (const character of text) {
    left -= characterWidth(character);
    if (left < 0) break;
    cut += character;
  }
  return `${cut}…`;
}

/** A text with spaces up to a width: behind it, or before it (`right`). */
export function padToWidth(text: string, width: number, align: 'left' | 'right'): string {
  const missing = width - textWidth(text);
  if (missing <= 0) return text;
  return align === 'left' ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}
