import { expect, it } from 'vitest';
import { CallMemory } from '../../../src/replay/call-memory.js';

it('has the words that it is given, and faults behind them', () => {
  const memory = new CallMemory([0x12345, 0xffffffff]);
  expect([memory.getU16(0), memory.getU32(0), memory.getU32(4)]).toEqual([
    0x2345, 0x12345, 0xffffffff,
  ]);
  expect([memory.getU16(8), memory.getU32(8)]).toEqual([-1, -1]);
  const to = new Uint32Array(3);
  expect(memory.copyFromUser(to, 0, 3)).toBe(false);
  expect([...to]).toEqual([0, 0, 0]);
  expect(memory.copyFromUser(to, 4, 1)).toBe(true);
  expect(to[0]).toBe(0xffffffff);
  expect(memory.copyToUser(0, to, 0, 2)).toBe(true);
  expect(memory.copyToUser(4, to, 0, 2)).toBe(false);
});
