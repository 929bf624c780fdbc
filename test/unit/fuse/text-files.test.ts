import { describe, expect, it } from 'vitest';
import { Reply } from '../../../src/fuse/reply.js';
import { TextFiles } from '../../../src/fuse/text-files.js';

describe('open texts', () => {
  it('have numbers of their own, from 1, and are counted', () => {
    const files = new TextFiles();
    expect([files.open('a'), files.open('b'), files.open('')]).toEqual([1, 2, 3]);
    expect(files.size).toBe(3);
    expect(files.close(2)).toBe(true);
    expect(files.close(2)).toBe(false);
    expect(files.close(4)).toBe(false);
    expect(files.size).toBe(2);
    expect([0, 1, 2, 3, 4].map((file) => files.has(file))).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(files.open('c')).toBe(4);
  });

  it('fill in what was asked for, and leave the rest as it was', () => {
    const files = new TextFiles();
    const reply = new Reply(() => {});
    const file = files.open('abcdef');
    reply.body.fill(0x2e, 0, 10);
    expect(files.read(file, 1, 3, reply)).toBe(3);
    expect(String.fromCharCode(...reply.body.subarray(0, 6))).toBe('bcd...');
    expect(files.read(file, 4, 100, reply)).toBe(2);
    expect(files.read(file, 6, 100, reply)).toBe(0);
    expect(files.read(file, 2 ** 64, 100, reply)).toBe(0);
    expect(files.read(file, 0, 0, reply)).toBe(0);
    expect(files.read(99, 0, 100, reply)).toBeUndefined();
  });
});
