import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAULT_KEYS } from '../../../src/faults/fault-key.js';
import { FAULT_MIXES } from '../../../src/faults/fault-mixes.js';
import { FAULTS } from '../../../src/faults/faults.js';

const guide = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8');

/** The rows of the table with this heading, behind the line below it. */
function rows(heading: string): string[] {
  const lines = guide.split('\n');
  const from = lines.indexOf(heading);
  expect(from).toBeGreaterThanOrEqual(0);
  const below = lines.slice(from + 2);
  return below.slice(0, below.indexOf(''));
}

it('has every fault, and why it is legal', () => {
  const expected = [...FAULTS.values()].map(({ name, summary, legal, keys }) => {
    const words = keys.map((key) => `\`${key}\``).join(', ');
    return `| \`${name}\` | ${summary} | ${legal} | ${words} |`;
  });
  expect(rows('| fault | what happens | why a real host may | keys |')).toEqual(expected);
});

it('has every key', () => {
  const expected = Object.entries(FAULT_KEYS).map(
    ([key, { values, meaning }]) => `| \`${key}\` | ${values} | ${meaning} |`,
  );
  expect(rows('| key | values | |')).toEqual(expected);
});

it('has every mix', () => {
  const expected = FAULT_MIXES.map(
    ({ name, description, spec }) => `| \`${name}\` | ${description} | \`${spec}\` |`,
  );
  expect(rows('| mix | what for | stands for |')).toEqual(expected);
});
