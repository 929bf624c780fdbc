import { describe, expect, it } from 'vitest';
import { PageMemory } from '../../../src/client/page-memory.js';

describe('a page of a program’s memory', () => {
  it('holds words at word-aligned addresses', () => {
    const memory = new PageMemory();
    expect(memory.words.byteLength).toBe(4096);
    memory.words[2] = 0xfedcba98;
    expect(memory.getU32(8)).toBe(0xfedcba98);
    expect(memory.getU16(8)).toBe(0xba98);
  });

  it('copies in and out', () => {
    const memory = new PageMemory();
    expect(memory.copyToUser(4, Uint32Array.of(9, 1, 2, 3), 1, 3)).toBe(true);
    const to = new Uint32Array(4);
    expect(memory.copyFromUser(to, 8, 2)).toBe(true);
    expect([...memory.words.subarray(0, 5)]).toEqual([0, 1, 2, 3, 0]);
    expect([...to]).toEqual([2, 3, 0, 0]);
  });
});
