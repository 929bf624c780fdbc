import { readlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EBADF } from '../../../src/abi/errno.js';
import { closeDescriptor, openEventfd, writeDescriptor } from '../../../src/native/descriptor.js';
import {
  EPOLLET,
  EPOLLIN,
  EpollEvents,
  epollAdd,
  epollDelete,
  epollModify,
  epollWait,
  openEpoll,
} from '../../../src/native/epoll.js';
import { lastErrno } from '../../../src/native/libc.js';

const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

describe('an epoll set', () => {
  let epoll: number;
  let first: number;
  let second: number;
  const events = new EpollEvents(4);

  /** The data of what is ready now. */
  function ready(): number[] {
    const count = epollWait(epoll, events, 0);
    return Array.from({ length: count }, (_, event) => events.data(event));
  }

  const write = (fd: number) => writeDescriptor(fd, ONE, ONE.length);

  beforeEach(() => {
    epoll = openEpoll();
    first = openEventfd();
    second = openEventfd();
  });
  afterEach(() => {
    for (const fd of [epoll, first, second]) closeDescriptor(fd);
  });

  it('has what is ready, with all 32 bits that it was added with', () => {
    expect(readlinkSync(`/proc/self/fd/${epoll}`)).toBe('anon_inode:[eventpoll]');
    epollAdd(epoll, first, EPOLLIN, 0xffffffff);
    epollAdd(epoll, second, EPOLLIN, 7);
    expect(ready()).toEqual([]);
    write(second);
    expect(ready()).toEqual([7]);
    write(first);
    expect(ready().sort()).toEqual([0xffffffff, 7].sort());
  });

  it('says edge-triggered once what comes, and again when it is watched anew', () => {
    epollAdd(epoll, first, EPOLLIN | EPOLLET, 1);
    write(first);
    expect(ready()).toEqual([1]);
    expect(ready()).toEqual([]);
    write(first);
    expect(ready()).toEqual([1]);
    epollModify(epoll, first, EPOLLET, 1);
    write(first);
    expect(ready()).toEqual([]);
    epollModify(epoll, first, EPOLLIN | EPOLLET, 2);
    expect(ready()).toEqual([2]);
  });

  it('takes no more events at once than there is room for', () => {
    const one = new EpollEvents(1);
    epollAdd(epoll, first, EPOLLIN, 1);
    epollAdd(epoll, second, EPOLLIN, 2);
    write(first);
    write(second);
    expect(epollWait(epoll, one, 0)).toBe(1);
  });

  it('forgets a descriptor, and one that it has not', () => {
    epollAdd(epoll, first, EPOLLIN, 1);
    write(first);
    epollDelete(epoll, first);
    expect(ready()).toEqual([]);
    expect(() => epollDelete(epoll, first)).not.toThrow();
    expect(() => epollDelete(epoll, -1)).not.toThrow();
  });

  it('refuses what cannot be waited for, and what it has already', () => {
    const refusal = (code: string) => expect.objectContaining({ code, syscall: 'epoll_ctl' });
    epollAdd(epoll, first, EPOLLIN, 1);
    expect(() => epollAdd(epoll, first, EPOLLIN, 1)).toThrow(refusal('EEXIST'));
    expect(() => epollModify(epoll, second, EPOLLIN, 1)).toThrow(refusal('ENOENT'));
    expect(() => epollAdd(epoll, -1, EPOLLIN, 1)).toThrow(refusal('EBADF'));
    expect(epollWait(-1, events, 0)).toBe(-1);
    expect(lastErrno()).toBe(EBADF);
  });
});
