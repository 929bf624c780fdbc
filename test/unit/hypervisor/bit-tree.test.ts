import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitTree } from '../../../src/hypervisor/bit-tree.js';

const MOST = 131072;
const number = fc.oneof(
  fc.nat({ max: MOST - 1 }),
  fc.constantFrom(0, 31, 32, 1023, 1024, 32767, 32768, MOST - 1),
);

describe('BitTree', () => {
  it('finds the next member as a sorted list does, from anywhere', () => {
    const step = fc.record({ number, add: fc.boolean(), from: number });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tree = new BitTree();
        const members = new Set<number>();
        for (const { number: each, add, from } of steps) {
          if (add) tree.add(each);
          else tree.delete(each);
          if (add) members.add(each);
          else members.delete(each);
          const later = [...members].filter((member) => member >= from);
          expect(tree.next(from)).toBe(later.length === 0 ? -1 : Math.min(...later));
        }
      }),
    );
  });

  it('finds members that are far apart', () => {
    const tree = new BitTree();
    for (const member of [3, 40, 5000, 70000, MOST - 1]) tree.add(member);
    const found: number[] = [];
    for (let at = tree.next(0); at >= 0; at = tree.next(at + 1)) found.push(at);
    expect(found).toEqual([3, 40, 5000, 70000, MOST - 1]);
    expect(tree.next(MOST)).toBe(-1);
    expect(tree.next(2 ** 31 - 1)).toBe(-1);
  });

  it('ignores the deletion of what is not in it', () => {
    const tree = new BitTree();
    tree.delete(5);
    tree.delete(MOST * 2);
    expect(tree.next(0)).toBe(-1);
  });

  it('takes about a bit a number', () => {
    const tree = new BitTree();
    for (let each = 0; each < MOST; each++) tree.add(each);
    expect(tree.byteLength).toBeLessThan((MOST / 8) * 1.6);
  });
});
