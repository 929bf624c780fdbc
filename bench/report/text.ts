import type { Table, Verdict } from './report.js';

/** A table for a terminal: the first column to the left, figures to the right. */
export function tableText({ title, columns, rows }: Table): string {
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => row[at]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [title, '', line(columns), rule, ...rows.map(line), ''].join('\n');
}

export function verdictsText(verdicts: readonly Verdict[]): string {
  const lines = verdicts.flatMap(({ requirement, measured, met }) => [
    `${met ? 'pass' : 'MISS'}  ${requirement}`,
    `      ${measured}`,
  ]);
  const met = verdicts.filter((verdict) => verdict.met).length;
  return [...lines, '', `${met} of ${verdicts.length} requirements met`, ''].join('\n');
}
