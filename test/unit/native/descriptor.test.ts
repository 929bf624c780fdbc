import { existsSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EBADF } from '../../../src/abi/errno.js';
import { POLLIN } from '../../../src/abi/poll.js';
import {
  closeDescriptor,
  openDescriptor,
  openEventfd,
  pollDescriptors,
  readDescriptor,
  writeDescriptor,
} from '../../../src/native/descriptor.js';
import { lastErrno } from '../../../src/native/libc.js';

const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

describe('descriptors', () => {
  it('opens, and closes for good', () => {
    const fd = openDescriptor('/dev/null', 0);
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe('/dev/null');
    closeDescriptor(fd);
    expect(existsSync(`/proc/self/fd/${fd}`)).toBe(false);
    expect(() => closeDescriptor(fd)).not.toThrow();
  });

  it('fails as a system error does, with the advice', () => {
    expect(() => openDescriptor('/nowhere/at/all', 0, 'make it first')).toThrow(
      expect.objectContaining({
        code: 'ENOENT',
        errno: -2,
        syscall: 'open /nowhere/at/all',
        message: 'ENOENT: No such file or directory, open /nowhere/at/all: make it first',
      }),
    );
  });

  it('answers -1 and errno for reads and writes that fail', () => {
    const fd = openDescriptor('/dev/null', 0);
    expect(writeDescriptor(fd, ONE, 1)).toBe(-1);
    expect(lastErrno()).toBe(EBADF);
    closeDescriptor(fd);
  });

  it('waits for one of several', () => {
    const quiet = openEventfd();
    const ready = openEventfd();
    const entries = Int32Array.of(quiet, POLLIN, ready, POLLIN);
    expect(pollDescriptors(entries, 2, 0)).toBe(0);
    writeDescriptor(ready, ONE, ONE.length);
    expect(pollDescriptors(entries, 2, -1)).toBe(1);
    expect([entries[1]! >>> 16, entries[3]! >>> 16]).toEqual([0, POLLIN]);
    expect(readDescriptor(ready, new Uint8Array(8), 8)).toBe(8);
    expect(readDescriptor(ready, new Uint8Array(8), 8)).toBe(-1);
    closeDescriptor(quiet);
    closeDescriptor(ready);
  });
});
