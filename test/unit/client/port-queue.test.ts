import { describe, expect, it } from 'vitest';
import { PortQueue } from '../../../src/client/port-queue.js';

/** A queue with ports in it, of which as many were taken out first. */
function queueOf(ports: readonly number[], turned = 0): PortQueue {
  const queue = new PortQueue();
  for (let i = 0; i < turned; i++) queue.push(99);
  for (let i = 0; i < turned; i++) queue.shift();
  for (const port of ports) queue.push(port);
  return queue;
}

/** All that is in it, oldest first. */
function drained(queue: PortQueue): number[] {
  const ports: number[] = [];
  while (queue.length > 0) ports.push(queue.shift());
  return ports;
}

/** As many different ports. */
function ports(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

describe('a queue of ports', () => {
  it('gives 0 when it is empty', () => {
    const queue = new PortQueue();
    expect(queue.length).toBe(0);
    expect(queue.shift()).toBe(0);
    expect(queue.length).toBe(0);
  });

  it.each([1, 15, 16, 17, 33, 1024])('keeps the order of %i ports', (count) => {
    for (const turned of [0, 1, 9, 15]) {
      const queue = queueOf(ports(count), turned);
      expect(queue.length).toBe(count);
      expect(drained(queue)).toEqual(ports(count));
    }
  });

  it('holds the whole range of ports', () => {
    expect(drained(queueOf([0xffffffff, 0x80000000, 1]))).toEqual([0xffffffff, 0x80000000, 1]);
  });

  it('grows where its contents go around its end', () => {
    const queue = queueOf(ports(16), 10);
    queue.push(17);
    expect(drained(queue)).toEqual(ports(17));
  });

  it.each([0, 3, 15])('takes every entry of a port out, turned by %i', (turned) => {
    const queue = queueOf([5, 6, 5, 7, 5], turned);
    expect(queue.remove(5)).toBe(3);
    expect(queue.length).toBe(2);
    expect(drained(queue)).toEqual([6, 7]);
  });

  it('takes out of a full one, and lets the others be', () => {
    const queue = queueOf(ports(16), 4);
    expect(queue.remove(1)).toBe(1);
    expect(queue.remove(40)).toBe(0);
    queue.push(17);
    expect(drained(queue)).toEqual(ports(17).slice(1));
  });

  it('can be cleared, and used on', () => {
    const queue = queueOf(ports(20), 3);
    queue.clear();
    expect(queue.length).toBe(0);
    expect(queue.remove(4)).toBe(0);
    queue.push(8);
    expect(drained(queue)).toEqual([8]);
  });
});
