import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as poll from '../../../src/abi/poll.js';

const { pollNames } = poll;

const BITS: Readonly<Record<string, number>> = {
  POLLIN: 1,
  POLLPRI: 2,
  POLLOUT: 4,
  POLLERR: 8,
  POLLHUP: 0x10,
  POLLNVAL: 0x20,
  POLLRDNORM: 0x40,
  POLLRDBAND: 0x80,
  POLLWRNORM: 0x100,
  POLLWRBAND: 0x200,
  POLLMSG: 0x400,
  POLLRDHUP: 0x2000,
  EPOLLEXCLUSIVE: 0x10000000,
  EPOLLWAKEUP: 0x20000000,
  EPOLLONESHOT: 0x40000000,
  EPOLLET: 0x80000000,
};

describe('poll', () => {
  it('has the numbers of the headers', () => {
    const { pollNames: _, ...numbers } = poll;
    expect(numbers).toEqual({ ...BITS, POLL_IN: 1, POLL_OUT: 2, POLL_MSG: 3, POLL_ERR: 4 });
  });

  it('names a mask in bit order', () => {
    expect(pollNames(0)).toBe('none');
    expect(pollNames(0x104)).toBe('POLLOUT|POLLWRNORM');
    expect(pollNames(0x145)).toBe('POLLIN|POLLOUT|POLLRDNORM|POLLWRNORM');
    expect(pollNames(8)).toBe('POLLERR');
    expect(pollNames(0x80000001)).toBe('POLLIN|EPOLLET');
  });

  it('takes a signed mask for the same bits', () => {
    expect(pollNames(1 << 31)).toBe('EPOLLET');
    expect(pollNames(-1)).toBe(pollNames(0xffffffff));
  });

  it('shows bits without a name as a number', () => {
    expect(pollNames(0x801)).toBe('POLLIN|0x800');
    expect(pollNames(0x08000000)).toBe('0x8000000');
  });

  it('loses no bit of any mask', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffffffff }), (mask) => {
        const words = mask === 0 ? [] : pollNames(mask).split('|');
        const sum = words.reduce((total, word) => total + (BITS[word] ?? Number(word)), 0);
        expect(sum).toBe(mask);
      }),
    );
  });
});
