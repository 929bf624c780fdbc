import { describe, expect, it } from 'vitest';
import {
  FAULT_NUMBERS,
  happens,
  hashText,
  hashWord,
  numberOf,
  pick,
} from '../../../src/faults/fault-hash.js';

/** Hashes as those of the occasions of one place. */
const HASHES = Array.from({ length: 20_000 }, (_, i) => hashWord(hashWord(1, 14), i));

describe('the hash of an occasion', () => {
  it('is the same for ever: a number that was written down repeats its fault', () => {
    const hash = hashWord(hashWord(hashWord(4711, hashText('delay')), 7), 3);
    expect({ hash, number: numberOf(hash), ms: pick(hash, 5, 50) }).toMatchInlineSnapshot(`
      {
        "hash": 1038910708,
        "ms": 5,
        "number": 910708,
      }
    `);
    expect(hashText('')).toBe(0x811c9dc5);
  });

  it('differs with each word, from one to the next', () => {
    expect(new Set(HASHES).size).toBe(HASHES.length);
    expect(hashWord(HASHES[1]!, 2)).not.toBe(hashWord(2, HASHES[1]!));
  });

  it('has a number from 0 to 999999', () => {
    for (const hash of [...HASHES, 0, 0xffffffff]) {
      expect(numberOf(hash)).toBeGreaterThanOrEqual(0);
      expect(numberOf(hash)).toBeLessThan(FAULT_NUMBERS);
    }
  });

  it.each([0.01, 0.1, 0.5, 0.9])('happens at the rate of %s', (rate) => {
    const share = HASHES.filter((hash) => happens(hash, rate)).length / HASHES.length;
    expect(share).toBeGreaterThan(rate * 0.8);
    expect(share).toBeLessThan(rate * 1.2 + 0.01);
  });

  it('always happens at the rate of 1', () => {
    expect(HASHES.every((hash) => happens(hash, 1))).toBe(true);
  });

  it('picks each value of a range, and its only one', () => {
    expect(new Set(HASHES.map((hash) => pick(hash, 5, 9)))).toEqual(new Set([5, 6, 7, 8, 9]));
    expect(pick(HASHES[0]!, 7, 7)).toBe(7);
  });
});
