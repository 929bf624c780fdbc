import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCases } from '../case-folder.js';
import { ownFolder } from '../own-folder.js';
import { answerOn, kernelOf } from './deviation.js';
import { DEVIATIONS } from './deviation-list.js';

const DOCUMENT = fileURLToPath(new URL('../../../docs/deviations.md', import.meta.url));
const TRANSPORTS = ['fuse', 'cuse'] as const;

/** A row of the table: what, where, and the cases. */
interface Row {
  readonly what: string;
  readonly where: readonly string[];
  readonly cases: readonly string[];
}

function documented(): Row[] {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [, section] = text.split(/^## Served over FUSE$/m);
  const [, body] = section!.split(/^\| *what *\| *where *\|.*\|\n\|[-|]+\|\n/m);
  const [table] = body!.split('\n\n');
  return table!
    .trim()
    .split('\n')
    .map((line) => {
      const cells = line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim());
      expect(cells).toHaveLength(6);
      const cases = [...cells[5]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
      return { what: cells[0]!, where: cells[1]!.toLowerCase().split(', '), cases };
    });
}

const listed: Row[] = DEVIATIONS.map((row) => ({
  what: row.what,
  where: TRANSPORTS.filter((over) => row[over] !== undefined),
  cases: [...new Set(TRANSPORTS.flatMap((over) => Object.keys(row[over] ?? {})))].sort(),
}));

describe('the table in docs/deviations.md', () => {
  it('has the rows, the places and the cases of the list, in its order', () => {
    expect(documented()).toEqual(listed);
  });
});

describe('the list of deviations', () => {
  it('has no row twice, and none without a case', () => {
    const names = listed.map(({ what }) => what);
    expect(new Set(names).size).toBe(names.length);
    for (const { cases } of listed) expect(cases).not.toEqual([]);
  });

  for (const over of TRANSPORTS) {
    it(`fits the recordings (${over}): what is real is in them, what is served differs`, () => {
      const recordings = new Map(
        readCases(ownFolder(), 'fifo').map(({ name, recording }) => [name, recording?.text]),
      );
      for (const row of DEVIATIONS) {
        for (const [name, lines] of Object.entries(row[over] ?? {})) {
          const text = recordings.get(name)?.split('\n') ?? [];
          for (const [line, step, real, served] of lines) {
            expect(text[line - 1], `${name}, line ${line}`).toBe(`${step} -> ${real}`);
            for (const kernel of [
              [0, 0],
              [99, 0],
            ] as const) {
              expect(answerOn(kernel, served), `${name}, line ${line}`).not.toBe(real);
            }
          }
        }
      }
    });

    it(`lists each line once (${over}), in order`, () => {
      const seen = new Set<string>();
      for (const row of DEVIATIONS) {
        for (const [name, lines] of Object.entries(row[over] ?? {})) {
          const numbers = lines.map(([line]) => line);
          expect(numbers, name).toEqual([...numbers].sort((a, b) => a - b));
          for (const line of numbers) {
            expect(seen, `${name}, line ${line}`).not.toContain(`${name}:${line}`);
            seen.add(`${name}:${line}`);
          }
        }
      }
    });
  }
});

describe('an answer that depends on the kernel', () => {
  const answer = { since: [6, 5], now: 'new', earlier: 'old' } as const;

  it.each([
    ['6.18.44-fc', 'new'],
    ['6.5.0', 'new'],
    ['6.4.16', 'old'],
    ['6.1.0-56-amd64', 'old'],
    ['5.15.0-1', 'old'],
    ['7.0', 'new'],
  ])('is taken by its version: %s', (release, expected) => {
    expect(answerOn(kernelOf(release), answer)).toBe(expected);
  });

  it('needs a version', () => {
    expect(() => kernelOf('weird')).toThrow('no version of Linux: weird');
  });
});
