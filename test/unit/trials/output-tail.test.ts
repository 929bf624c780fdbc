import { expect, it } from 'vitest';
import { lastLines, OutputTail } from '../../../src/trials/output-tail.js';

it('keeps what was said, whatever pieces it came in', () => {
  const tail = new OutputTail();
  const bytes = Buffer.from('grün\nblau\n');
  for (const byte of bytes) tail.add(Buffer.of(byte));
  expect(tail.text).toBe('grün\nblau\n');
});

it('keeps the end of more than can be kept, by whole lines', () => {
  const tail = new OutputTail();
  for (let number = 0; number < 200_000; number++) tail.add(Buffer.from(`line ${number}\n`));
  const lines = tail.text.split('\n');
  expect(tail.text.length).toBeLessThanOrEqual(1 << 18);
  expect(tail.text.length).toBeGreaterThan((1 << 18) - 20);
  expect(lines[0]).toMatch(/^line \d+$/);
  expect(lines.at(-2)).toBe('line 199999');
});

it('gives the last lines that say something', () => {
  expect(lastLines('a\n\nb\n  \nc\n', 2)).toEqual(['b', 'c']);
  expect(lastLines('', 2)).toEqual([]);
});
