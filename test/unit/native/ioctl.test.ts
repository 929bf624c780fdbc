import { describe, expect, it } from 'vitest';
import { ENOTTY } from '../../../src/abi/errno.js';
import { closeDescriptor, openEventfd, writeDescriptor } from '../../../src/native/descriptor.js';
import { openEpoll } from '../../../src/native/epoll.js';
import { ioctlWords } from '../../../src/native/ioctl.js';
import { lastErrno, libc } from '../../../src/native/libc.js';

/** How many bytes can be read, asm-generic/ioctls.h. */
const FIONREAD = 0x541b;

describe('ioctlWords', () => {
  it('has the driver write to the words', () => {
    const ends = new Int32Array(32);
    libc('int pipe(void *ends)')(ends);
    writeDescriptor(ends[1]!, new Uint8Array(64), 5);
    const words = Uint32Array.of(77, 88);
    expect(ioctlWords(ends[0]!, FIONREAD, words)).toBe(0);
    expect(words).toEqual(Uint32Array.of(5, 88));
    closeDescriptor(ends[0]!);
    closeDescriptor(ends[1]!);
  });

  it('answers -1, with what is wrong', () => {
    const eventfd = openEventfd();
    expect(ioctlWords(eventfd, 0x44504, new Uint32Array(2))).toBe(-1);
    expect(lastErrno()).toBe(ENOTTY);
    closeDescriptor(eventfd);
    // The largest request: it is unsigned.
    const epoll = openEpoll();
    expect(ioctlWords(epoll, 0xffffffff, new Uint32Array(2))).toBe(-1);
    closeDescriptor(epoll);
  });
});
