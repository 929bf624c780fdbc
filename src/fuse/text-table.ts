/**
 * Lays out a table: columns as wide as their widest cell, two spaces between them, numbers to the right.
 * @param rows - the first is the heading; all of the same length
 */
export function textTable(rows: readonly (readonly string[])[]): string {
  const heading = rows[0] ?? [];
  // No Math.max of them all: a domain may have more ports than a call may have arguments.
  const widths = heading.map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]!.length), 0),
  );
  const numeric = heading.map((_, column) =>
    rows.slice(1).every((row) => /^(\d+|-)$/.test(row[column]!)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
