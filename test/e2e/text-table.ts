/**
 * Reads a status file of a domain.
 * @returns an object a line, by the words of the heading
 */
export function readTable(text: string): Record<string, string>[] {
  const [heading = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
  return rows.map((cells) => {
    if (cells.length !== heading.length) throw new Error(`not as its heading: ${cells.join('|')}`);
    return Object.fromEntries(heading.map((name, column) => [name, cells[column]!]));
  });
}
