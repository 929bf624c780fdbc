import { describe, expect, it } from 'vitest';
import { NEW_PAGES, PagePool } from '../../../src/hypervisor/page-source.js';

describe('pages', () => {
  it('are zeroed, 4096 bytes, and each of its own buffer', () => {
    for (const source of [NEW_PAGES, new PagePool()]) {
      const [one, other] = [source.take(), source.take()];
      expect([one.byteOffset, one.buffer.byteLength, one.length]).toEqual([0, 4096, 1024]);
      expect(one.buffer).not.toBe(other.buffer);
      expect(one.every((word) => word === 0)).toBe(true);
    }
  });

  it('of a pool are used again, zeroed, when they are reclaimed and not before', () => {
    const pool = new PagePool();
    const first = pool.take().fill(7);
    const second = pool.take();
    expect(second).not.toBe(first);
    pool.reclaim();
    expect(pool.take()).toBe(first);
    expect(first.every((word) => word === 0)).toBe(true);
    expect(pool.take()).toBe(second);
    expect([first, second]).not.toContain(pool.take());
  });
});
