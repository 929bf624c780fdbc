import { expect, it } from 'vitest';

/**
 * A test that the `describe` blocks of its file are these rows of a table, in this order: nobody takes one out unnoticed.
 * @param table - where the rows stand, for the test's name
 */
export function itHasEveryRow(table: string, rows: readonly string[]): void {
  it(`has a describe for every row of ${table}`, ({ task }) => {
    const suites = task.file.tasks.filter((member) => member.type === 'suite');
    expect(suites.map((suite) => suite.name)).toEqual(rows);
  });
}
