import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EFAULT, ESRCH } from '../../../src/abi/errno.js';
import { addressOf } from '../../../src/native/libc.js';
import { readMemoryFile } from '../../../src/native/memory-file.js';

/** First address of this process' first mapping with these permissions. */
function mapping(permissions: string): number {
  const line = new RegExp(`^([0-9a-f]+)-[0-9a-f]+ ${permissions}`, 'm');
  return Number.parseInt(line.exec(readFileSync('/proc/self/maps', 'latin1'))![1]!, 16);
}

describe('readMemoryFile', () => {
  const target = new Uint32Array(1024).map((_, index) => index + 0x01020304);
  const address = Number(addressOf(target));
  const words = new Uint32Array(4);

  it('reads as many bytes as asked for, at the address', () => {
    words.fill(0);
    expect(readMemoryFile(process.pid, address + 40, words, 8)).toBe(0);
    expect([...words]).toEqual([target[10], target[11], 0, 0]);
    expect(readMemoryFile(process.pid, address + 2, words, 2)).toBe(0);
    expect(words[0]! & 0xffff).toBe(0x0102);
  });

  it('answers EFAULT where there is no memory, and reads nothing that the program may not read', () => {
    words.fill(0);
    for (const wrong of [0, 0x10, 0x7fff_ffff_eff0, 2 ** 60, mapping('---p')]) {
      expect(readMemoryFile(process.pid, wrong, words, 16), wrong.toString(16)).toBe(-EFAULT);
    }
    expect([...words]).toEqual([0, 0, 0, 0]);
  });

  it('answers ESRCH for a process that is gone', () => {
    const { pid } = spawnSync('true');
    expect(readMemoryFile(pid, address, words, 4)).toBe(-ESRCH);
  });
});
