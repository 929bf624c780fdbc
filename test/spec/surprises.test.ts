import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('has a describe for each of the surprises 1 to 41, once and in their order', () => {
  const numbers: number[] = [];
  for (const file of readdirSync(import.meta.dirname)) {
    if (!/^surprises-.*\.test\.ts$/.test(file)) continue;
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    const inFile = [...text.matchAll(/^describe\(\s*'surprise (\d+):/gm)].map(([, n]) => Number(n));
    expect(inFile).toEqual([...inFile].sort((a, b) => a - b));
    numbers.push(...inFile);
  }
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 41 }, (_, i) => i + 1));
});
