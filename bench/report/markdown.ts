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

/** Where the figures of a command are on a page. */
export interface Markers {
  readonly begin: string;
  readonly end: string;
}

/** The markers of the figures that a command writes. */
export function markersOf(command: string): Markers {
  return { begin: `<!-- figures: written by ${command} -->`, end: `<!-- end of ${command} -->` };
}

/** Puts text between the markers of a page. @throws Error if they are not there */
export function replaceFigures(page: string, { begin, end }: Markers, text: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('the page has no markers for the figures');
  return `${page.slice(0, from + begin.length)}\n\n${text.trimEnd()}\n\n${page.slice(to)}`;
}
