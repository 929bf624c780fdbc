import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PAIRS } from '../../../../bench/gallery/served/pair.js';
import { parseFaultSpec } from '../../../../src/faults/fault-spec.js';
import { ROOT } from '../../../c/compile.js';

const FOLDER = join(ROOT, 'test', 'gallery', 'c');

it('has the programs of the folder, each once', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.c'));
  expect(PAIRS.map(({ name }) => `${name}.c`).sort()).toEqual(names.sort());
});

it.each(PAIRS)('finds $name by faults that there are', ({ spec }) => {
  expect(parseFaultSpec(spec)).toHaveLength(1);
});

it.each(PAIRS)('has the bug of $name in a few lines', ({ name }) => {
  const source = readFileSync(join(FOLDER, `${name}.c`), 'utf8');
  // Broken lines, and those in their place.
  const parts = source.match(/^#if(n?def) BROKEN\n.*?^#endif$/gms) ?? [];
  const lines = parts.flatMap((part) => part.split('\n').filter((line) => !line.startsWith('#')));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(4);
});
