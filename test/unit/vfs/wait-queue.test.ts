import { describe, expect, it } from 'vitest';
import { WaitQueue } from '../../../src/vfs/wait-queue.js';

/** A waiter that notes its name when it is woken, and may do something. */
function waiter(log: string[], name: string, action: () => void = () => {}) {
  return {
    wake() {
      log.push(name);
      action();
    },
  };
}

describe('a wait queue', () => {
  it('wakes everybody who waits, in the order they came', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    for (const name of ['first', 'second', 'third']) queue.add(waiter(log, name));
    queue.wake();
    expect(log).toEqual(['first', 'second', 'third']);
    expect(queue.size).toBe(3);
  });

  it('keeps a waiter until it is removed', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const one = waiter(log, 'one');
    queue.add(one);
    queue.wake();
    queue.wake();
    queue.remove(one);
    queue.wake();
    expect(log).toEqual(['one', 'one']);
    expect(queue.size).toBe(0);
  });

  it('holds a waiter once, however often it is added', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const one = waiter(log, 'one');
    queue.add(one);
    queue.add(one);
    expect(queue.size).toBe(1);
    queue.wake();
    expect(log).toEqual(['one']);
  });

  it('ignores the removal of somebody who does not wait', () => {
    const queue = new WaitQueue();
    queue.add(waiter([], 'one'));
    queue.remove(waiter([], 'stranger'));
    expect(queue.size).toBe(1);
  });

  it('wakes nobody when nobody waits', () => {
    const queue = new WaitQueue();
    expect(() => queue.wake()).not.toThrow();
    expect(queue.size).toBe(0);
  });

  it('lets a woken waiter remove itself', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const leaves = waiter(log, 'leaves', () => queue.remove(leaves));
    queue.add(leaves);
    queue.add(waiter(log, 'stays'));
    queue.wake();
    queue.wake();
    expect(log).toEqual(['leaves', 'stays', 'stays']);
  });

  it('does not wake who was removed by somebody woken before', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const victim = waiter(log, 'victim');
    queue.add(waiter(log, 'first', () => queue.remove(victim)));
    queue.add(victim);
    queue.add(waiter(log, 'last'));
    queue.wake();
    expect(log).toEqual(['first', 'last']);
  });

  it('wakes who was added during a wake only the next time', () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const late = waiter(log, 'late');
    queue.add(waiter(log, 'first', () => queue.add(late)));
    queue.wake();
    expect(log).toEqual(['first']);
    queue.wake();
    expect(log).toEqual(['first', 'first', 'late']);
  });

  it('misses nothing for a waiter that tries, registers, and tries again', () => {
    const queue = new WaitQueue();
    let items = 0;
    const produce = () => {
      items++;
      queue.wake();
    };
    const taken: string[] = [];
    const attempt = (when: string) => {
      if (items === 0) return false;
      items--;
      taken.push(when);
      return true;
    };

    expect(attempt('first try')).toBe(false);
    // What comes between the first try and the registration is found by the second try.
    produce();
    const waiting = waiter([], 'consumer', () => attempt('woken'));
    queue.add(waiting);
    expect(attempt('second try')).toBe(true);
    // What comes after it wakes.
    produce();
    expect(taken).toEqual(['second try', 'woken']);
    expect(items).toBe(0);
  });

  it('tells how many of those who wait only poll', () => {
    const queue = new WaitQueue();
    const reader = waiter([], 'reader');
    const poller = { ...waiter([], 'poller'), polls: true };
    queue.add(reader);
    queue.add(poller);
    expect([queue.size, queue.polling]).toEqual([2, 1]);
    queue.remove(poller);
    expect([queue.size, queue.polling]).toEqual([1, 0]);
  });
});
