import type { Style, StyledLine } from './styled-line.js';

/** Size of a character cell and of the border around all, in pixels. */
const CELL = { width: 7.8, height: 16 };
const BORDER = 16;
/** The bar at the top, with the command. */
const BAR = 30;
const FONT_SIZE = 13;
const FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const BACKGROUND = '#0d1117';
const BAR_COLOUR = '#21262d';

const COLOURS: Readonly<Record<Style, string>> = {
  plain: '#e6edf3',
  faint: '#6e7681',
  title: '#ffffff',
  sent: '#79c0ff',
  delivered: '#56d364',
  held: '#e3b341',
  lost: '#ff7b72',
  read: '#39c5cf',
  good: '#56d364',
};

/** Draws lines as a terminal window would show them. @param title - what its bar says */
export function toSvg(title: string, lines: readonly StyledLine[]): string {
  const columns = Math.max(...lines.map((line) => lengthOf(line)));
  const width = Math.ceil(columns * CELL.width + 2 * BORDER);
  const height = BAR + lines.length * CELL.height + 2 * BORDER;
  const text = lines.flatMap((line, row) => textOf(line, row));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>text { font: ${FONT_SIZE}px ${FONTS}; }`,
    ...Object.entries(COLOURS).map(([style, colour]) => `.${style} { fill: ${colour}; }`),
    '.title { font-weight: bold; }</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    `<path d="M0 ${BAR}V8a8 8 0 0 1 8-8H${width - 8}a8 8 0 0 1 8 8V${BAR}z" fill="${BAR_COLOUR}"/>`,
    `<text x="${BORDER}" y="20" class="plain">${escapeXml(title)}</text>`,
    ...text,
    '</svg>',
    '',
  ].join('\n');
}

/** Each run of text at its own place, as wide as its cells: columns stand in every font, and blanks need not be kept. */
function textOf(line: StyledLine, row: number): string[] {
  const y = BAR + BORDER + row * CELL.height + 12;
  let column = 0;
  return line.flatMap(({ text, style }) => {
    const start = column;
    column += text.length;
    return [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: run, index }) => {
      const x = round(BORDER + (start + index) * CELL.width);
      const length = round(run.length * CELL.width);
      return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs" class="${style}">${escapeXml(run)}</text>`;
    });
  });
}

function lengthOf(line: StyledLine): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
