import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RingContents } from '../../../src/event-paths/ring-contents.js';

describe('RingContents', () => {
  it('gives entries in the order they came, however many', () => {
    const ring = new RingContents<{ port: number; id: number }>();
    let [pushed, taken] = [0, 0];
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500 }), (steps) => {
        for (const push of steps) {
          if (push) {
            pushed++;
            ring.push({ port: pushed % 3, id: pushed }, pushed - taken);
          } else if (taken < pushed) {
            taken++;
            expect(ring.take(taken % 3)?.id).toBe(taken);
          }
        }
      }),
    );
    expect(ring.clear().map(({ id }) => id)).toEqual(
      Array.from({ length: pushed - taken }, (_, i) => taken + 1 + i),
    );
    expect(ring.clear()).toEqual([]);
    expect(ring.take(1)).toBeUndefined();
  });

  it('counts what was there before, which goes first', () => {
    const ring = new RingContents();
    const entry = { port: 5 };
    ring.push(entry, 3);
    expect(ring.take(7)).toBeUndefined();
    expect(ring.take(8)).toBeUndefined();
    expect(ring.take(5)).toBe(entry);
  });

  it('drops what must have gone unseen', () => {
    const ring = new RingContents();
    ring.push({ port: 5 }, 1);
    ring.push({ port: 6 }, 2);
    const youngest = { port: 7 };
    ring.push(youngest, 1);
    expect(ring.take(5)).toBeUndefined();
    expect(ring.take(7)).toBe(youngest);
  });
});
