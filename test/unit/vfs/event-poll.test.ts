import { describe, expect, it } from 'vitest';
import { EEXIST, EINVAL, ELOOP, ENOENT } from '../../../src/abi/errno.js';
import { O_RDWR } from '../../../src/abi/fcntl.js';
import {
  EPOLLET,
  EPOLLONESHOT,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
} from '../../../src/abi/poll.js';
import { EventPoll } from '../../../src/vfs/event-poll.js';
import { File } from '../../../src/vfs/file.js';
import { QueueDevice } from './queue-device.js';

function newFile() {
  const device = new QueueDevice();
  return { device, file: new File(device, O_RDWR) };
}

/** Names of what epoll_wait hands out. */
function taken(set: EventPoll<string>, max = 100): string[] {
  return set.take(max).map(({ data }) => data);
}

describe('adding, changing and deleting', () => {
  it('answer as epoll_ctl does', () => {
    const set = new EventPoll<string>();
    const { file } = newFile();
    expect(set.modify(file, POLLIN, 'a')).toBe(-ENOENT);
    expect(set.delete(file)).toBe(-ENOENT);
    expect(set.add(file, POLLIN, 'a')).toBe(0);
    expect(set.add(file, POLLIN, 'a')).toBe(-EEXIST);
    expect(set.modify(file, POLLOUT, 'a')).toBe(0);
    expect(set.delete(file)).toBe(0);
    expect(set.delete(file)).toBe(-ENOENT);
    expect(set.add(file, POLLIN, 'a')).toBe(0);
  });

  it('find what is ready already', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    device.feed(1);
    set.add(file, POLLIN, 'a');
    expect(set.take(1)).toEqual([{ events: POLLIN, data: 'a' }]);
    set.modify(file, POLLOUT, 'b');
    expect(set.take(1)).toEqual([{ events: POLLOUT, data: 'b' }]);
    set.delete(file);
    expect(set.take(1)).toEqual([]);
  });

  it('leave no waiter behind', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    set.add(file, POLLIN, 'a');
    expect(device.waitQueue.size).toBe(1);
    set.delete(file);
    expect(device.waitQueue.size).toBe(0);
    device.feed(1);
    expect(set.poll()).toBe(0);
  });
});

describe('level triggered', () => {
  it('tells of a file as long as it is ready', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    set.add(file, POLLIN, 'a');
    expect(taken(set)).toEqual([]);
    device.feed(1);
    expect(taken(set)).toEqual(['a']);
    expect(taken(set)).toEqual(['a']);
    device.queue.length = 0;
    expect(taken(set)).toEqual([]);
    device.feed(2);
    expect(taken(set)).toEqual(['a']);
  });

  it('tells of errors although nobody asked', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    set.add(file, 0, 'a');
    device.extraBits = POLLERR | POLLHUP;
    device.waitQueue.wake();
    expect(set.take(1)).toEqual([{ events: POLLERR | POLLHUP, data: 'a' }]);
  });

  it('takes turns when not all fit', () => {
    const set = new EventPoll<string>();
    for (const name of ['a', 'b', 'c']) {
      const { device, file } = newFile();
      device.feed(1);
      set.add(file, POLLIN, name);
    }
    expect(taken(set, 2)).toEqual(['a', 'b']);
    expect(taken(set, 2)).toEqual(['c', 'a']);
    expect(taken(set, 2)).toEqual(['b', 'c']);
  });
});

describe('edge triggered', () => {
  it('tells of a wake-up once', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    set.add(file, POLLIN | EPOLLET, 'a');
    device.feed(1);
    expect(set.take(1)).toEqual([{ events: POLLIN, data: 'a' }]);
    expect(taken(set)).toEqual([]);
    // The device wakes nobody while it has something unread.
    device.feed(2);
    expect(taken(set)).toEqual([]);
    device.queue.length = 0;
    device.feed(3);
    expect(taken(set)).toEqual(['a']);
  });

  it('tells again when the interest is changed while the file is ready', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    set.add(file, POLLIN | EPOLLET, 'a');
    device.feed(1);
    taken(set);
    set.modify(file, POLLIN | EPOLLET, 'a');
    expect(taken(set)).toEqual(['a']);
  });

  it('looks again when it is asked: what was consumed meanwhile is not told', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    set.add(file, POLLIN | EPOLLET, 'a');
    device.feed(1);
    device.queue.length = 0;
    expect(taken(set)).toEqual([]);
  });
});

describe('one-shot', () => {
  it('tells once and then nothing, not even errors, until it is changed', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    set.add(file, POLLIN | EPOLLONESHOT, 'a');
    device.feed(1);
    expect(taken(set)).toEqual(['a']);
    device.queue.length = 0;
    device.extraBits = POLLERR;
    device.feed(2);
    expect(taken(set)).toEqual([]);
    expect(set.poll()).toBe(0);
    set.modify(file, POLLIN | EPOLLONESHOT, 'b');
    expect(set.take(1)).toEqual([{ events: POLLIN | POLLERR, data: 'b' }]);
    expect(taken(set)).toEqual([]);
  });
});

describe('sets in sets', () => {
  it('the outer one tells when the inner one has something', () => {
    const inner = new EventPoll<string>();
    const outer = new EventPoll<string>();
    const { device, file } = newFile();
    inner.add(file, POLLIN, 'file');
    outer.add(inner, POLLIN, 'inner');
    expect(taken(outer)).toEqual([]);
    device.feed(1);
    expect(inner.poll()).toBe(POLLIN | POLLRDNORM);
    expect(taken(outer)).toEqual(['inner']);
    expect(taken(inner)).toEqual(['file']);
    device.queue.length = 0;
    expect(inner.poll()).toBe(0);
    expect(taken(outer)).toEqual([]);
  });

  it('an inner one that has something is found when it is added', () => {
    const inner = new EventPoll<string>();
    const outer = new EventPoll<string>();
    const { device, file } = newFile();
    device.feed(1);
    inner.add(file, POLLIN, 'file');
    outer.add(inner, POLLIN, 'inner');
    expect(taken(outer)).toEqual(['inner']);
  });

  it('cannot be in themselves', () => {
    const [a, b, c] = [new EventPoll<string>(), new EventPoll<string>(), new EventPoll<string>()];
    expect(a.add(a, POLLIN, 'a')).toBe(-EINVAL);
    expect(a.add(b, POLLIN, 'b')).toBe(0);
    expect(b.add(c, POLLIN, 'c')).toBe(0);
    expect(b.add(a, POLLIN, 'a')).toBe(-ELOOP);
    expect(c.add(a, POLLIN, 'a')).toBe(-ELOOP);
    expect(a.add(c, POLLIN, 'c')).toBe(0);
  });
});

describe('closing', () => {
  it('a file takes it out of every set', () => {
    const one = new EventPoll<string>();
    const other = new EventPoll<string>();
    const { device, file } = newFile();
    device.feed(1);
    one.add(file, POLLIN, 'a');
    other.add(file, POLLIN, 'a');
    file.put();
    expect(device.waitQueue.size).toBe(0);
    expect([...taken(one), ...taken(other)]).toEqual([]);
    expect(one.delete(file)).toBe(-ENOENT);
  });

  it('one of several descriptors of a file takes it out of none', () => {
    const set = new EventPoll<string>();
    const { device, file } = newFile();
    set.add(file, POLLIN, 'a');
    file.get();
    file.put();
    device.feed(1);
    expect(taken(set)).toEqual(['a']);
  });

  it('a set watches nothing any more', () => {
    const set = new EventPoll<string>();
    const files = [newFile(), newFile()];
    for (const { file } of files) set.add(file, POLLIN, 'a');
    set.close();
    for (const { device } of files) {
      expect(device.waitQueue.size).toBe(0);
      device.feed(1);
    }
    expect(taken(set)).toEqual([]);
    files[0]?.file.put();
    expect(files[0]?.device.releases).toBe(1);
  });
});
