import type { Table, Verdict } from './report.js';

/** A table for a page of documentation. */
export function tableMarkdown({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, at) => (at === 0 ? '---' : '--:'));
  return [`### ${title}`, '', line(columns), line(rule), ...rows.map(line), ''].join('\n');
}

export function verdictsMarkdown(verdicts: readonly Verdict[]): string {
  const line = ({ requirement, measured, met }: Verdict) =>
    `| ${requirement} | ${measured} | ${met ? 'pass' : '**miss**'} |`;
  return ['| required | measured | |', '| --- | --- | --- |', ...verdicts.map(line), ''].join('\n');
}

export const BEGIN = '<!-- figures: written by npm run bench -- --charts -->';
export const END = '<!-- end of figures -->';

/** Puts text between the markers of a page. @throws Error if they are not there */
export function replaceFigures(page: string, text: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('the page has no markers for the figures');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${text.trimEnd()}\n\n${page.slice(end)}`;
}
