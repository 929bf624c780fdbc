import { describe, expect, it } from 'vitest';
import { accessOk, TASK_SIZE_MAX } from '../../../src/vfs/user-memory.js';

describe('the half of the address space that is the program’s', () => {
  it.each([
    ['address 0', 0, 4],
    ['an empty range at its end', TASK_SIZE_MAX, 0],
    ['the last byte', TASK_SIZE_MAX - 1, 1],
    ['all of it', 0, TASK_SIZE_MAX],
  ])('holds %s', (_what, address, count) => {
    expect(accessOk(address, count)).toBe(true);
  });

  it.each([
    ['a range over its end', TASK_SIZE_MAX - 3, 4],
    ['an empty range beyond it', TASK_SIZE_MAX + 1, 0],
    ['a kernel address', 0xffff800000000000, 4],
    ['a negative address', -4, 4],
    ['a negative count', 0, -4],
    ['no address', Number.NaN, 4],
    ['no count', 0, Number.NaN],
    ['an infinite address', Number.POSITIVE_INFINITY, 4],
    ['an infinite count', 0, Number.POSITIVE_INFINITY],
  ])('does not hold %s', (_what, address, count) => {
    expect(accessOk(address, count)).toBe(false);
  });
});
