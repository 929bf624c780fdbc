import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { EFAULT, ESRCH } from '../../../src/abi/errno.js';
import { addressOf } from '../../../src/native/libc.js';
import { ProcessMemory } from '../../../src/native/process-memory.js';

const LOW = 0xffffffffn;

/** Reads this process' own memory, which is a process like any other. */
function readOwn(memory: ProcessMemory, address: bigint, count: number): number {
  return memory.read(process.pid, Number(address & LOW), Number(address >> 32n), count);
}

describe('ProcessMemory', () => {
  const target = new Uint32Array(1024).map((_, index) => index + 0x01020304);
  const memory = new ProcessMemory();

  it('reads as many bytes as asked for, at the address', () => {
    expect(readOwn(memory, addressOf(target), 8)).toBe(0);
    expect([...memory.words.subarray(0, 2)]).toEqual([target[0], target[1]]);
    memory.words[1] = 0;
    expect(readOwn(memory, addressOf(target) + 40n, 4)).toBe(0);
    expect(memory.words[0]).toBe(target[10]);
    expect(memory.words[1]).toBe(0);
    expect(readOwn(memory, addressOf(target) + 2n, 2)).toBe(0);
    expect(memory.words[0]! & 0xffff).toBe(0x0102);
  });

  it('answers EFAULT where there is no memory, also in part', () => {
    expect(memory.read(process.pid, 0x10, 0, 4)).toBe(-EFAULT);
    expect(memory.read(process.pid, 0, 0, 4)).toBe(-EFAULT);
    expect(memory.read(process.pid, 0x00001000, 0xffff8880, 4)).toBe(-EFAULT);
    // The last bytes of the half that a program may address, and what is behind them.
    expect(memory.read(process.pid, 0xffffeffe, 0x7fff, 4)).toBe(-EFAULT);
  });

  it('answers ESRCH for a process that is gone', () => {
    const { pid } = spawnSync('true');
    expect(memory.read(pid, 0x1000, 0, 4)).toBe(-ESRCH);
  });
});
