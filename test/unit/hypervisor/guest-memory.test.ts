import { describe, expect, it } from 'vitest';
import { GuestMemory } from '../../../src/hypervisor/guest-memory.js';

describe('GuestMemory', () => {
  it('gives zeroed pages of 4096 bytes under frame numbers that are never 0', () => {
    const memory = new GuestMemory();
    const gfn = memory.allocatePage();
    expect(gfn).toBeGreaterThan(0);
    const page = memory.page(gfn)!;
    expect(page.byteLength).toBe(4096);
    expect(page.every((word) => word === 0)).toBe(true);
  });

  it('keeps pages apart and finds each under its own number', () => {
    const memory = new GuestMemory();
    const first = memory.allocatePage();
    const second = memory.allocatePage();
    memory.page(first)!.fill(1);
    expect(memory.page(second)![0]).toBe(0);
    expect(memory.page(first)![1023]).toBe(1);
  });

  it('has no memory behind frame 0, a number never given, or a page taken back', () => {
    const memory = new GuestMemory();
    const gfn = memory.allocatePage();
    memory.freePage(gfn);
    expect(memory.page(gfn)).toBeUndefined();
    expect(memory.page(0)).toBeUndefined();
    expect(memory.page(2 ** 64)).toBeUndefined();
  });

  it('never gives the number of a page taken back again', () => {
    const memory = new GuestMemory();
    const gfn = memory.allocatePage();
    memory.freePage(gfn);
    memory.freePage(99);
    expect(memory.allocatePage()).not.toBe(gfn);
  });
});
