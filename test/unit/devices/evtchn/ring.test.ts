import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_RING_SIZE, Ring } from '../../../../src/devices/evtchn/ring.js';

/** What the ring holds, oldest first. */
function contents(ring: Ring): number[] {
  return Array.from(
    { length: ring.count },
    (_, i) => ring.entries[(ring.cons + i) & (ring.entries.length - 1)]!,
  );
}

/** Reads the oldest entries as the driver does. */
function take(ring: Ring, count: number): number[] {
  const taken = contents(ring).slice(0, count);
  ring.cons = (ring.cons + taken.length) | 0;
  return taken;
}

describe('a ring', () => {
  it('has room for nothing before the first bind', () => {
    const ring = new Ring();
    expect(ring.size).toBe(0);
    expect(ring.push(1)).toBe(0);
    expect(ring.overflow).toBe(true);
    expect(ring.count).toBe(0);
  });

  it('grows to 64, then by doubling, never shrinks', () => {
    const ring = new Ring();
    const sizes = [1, 64, 65, 128, 129, 1].map((ports) => {
      ring.fit(ports);
      return ring.size;
    });
    expect(sizes).toEqual([64, 64, 128, 128, 256, 256]);
    expect(FIRST_RING_SIZE).toBe(64);
  });

  it('holds 64 entries, and the 65th overflows without touching them', () => {
    const ring = new Ring();
    ring.fit(1);
    for (let port = 1; port <= 64; port++) expect(ring.push(port)).toBe(port);
    expect(ring.overflow).toBe(false);
    expect(ring.push(65)).toBe(0);
    expect(ring.overflow).toBe(true);
    expect(contents(ring)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
  });

  it('stays overflowed when it is drained and when it grows, until reset', () => {
    const ring = new Ring();
    ring.fit(1);
    for (let port = 0; port < 65; port++) ring.push(port);
    take(ring, 64);
    ring.fit(65);
    expect(ring.overflow).toBe(true);
    ring.reset();
    expect(ring).toMatchObject({ overflow: false, count: 0, size: 128 });
    expect(ring.push(3)).toBe(1);
    expect(contents(ring)).toEqual([3]);
  });

  it.each([
    ['neither wrapped nor full', 3, 10],
    ['wrapped', 40, 50],
    ['full', 0, 64],
    ['wrapped and full', 17, 64],
    ['wrapped at 32 bits', 0x7ffffff0, 40],
    ['wrapped from -1 to 0', -20, 40],
    ['wrapped at 32 bits and full', 0x7fffffff, 64],
  ])('keeps order and content when it grows while %s', (_how, start, count) => {
    const ring = new Ring();
    ring.fit(1);
    ring.cons = start | 0;
    ring.prod = start | 0;
    const ports = Array.from({ length: count }, (_, i) => 1000 + i);
    for (const [i, port] of ports.entries()) expect(ring.push(port)).toBe(i + 1);
    ring.fit(65);
    expect(contents(ring)).toEqual(ports);
    expect(ring.push(7)).toBe(count + 1);
    expect(contents(ring)).toEqual([...ports, 7]);
  });

  it('behaves as a plain bounded list, wherever its indexes stand', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ push: fc.integer({ min: 0, max: 0xffffffff }) }) },
      { weight: 2, arbitrary: fc.record({ burst: fc.integer({ min: 1, max: 200 }) }) },
      { weight: 3, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 100 }) }) },
      { weight: 1, arbitrary: fc.record({ fit: fc.integer({ min: 1, max: 300 }) }) },
      { weight: 1, arbitrary: fc.constant({ reset: true }) },
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.constantFrom(0x7fffffff, -1, -64, 0x7fffffc0)),
        fc.array(step, { maxLength: 60 }),
        (start, steps) => {
          const ring = new Ring();
          ring.cons = start;
          ring.prod = start;
          let model: number[] = [];
          let size = 0;
          let overflow = false;
          const push = (port: number) => {
            const room = model.length < size;
            if (room) model.push(port);
            else overflow = true;
            expect(ring.push(port)).toBe(room ? model.length : 0);
          };
          for (const each of steps) {
            if ('push' in each) push(each.push);
            else if ('burst' in each) for (let i = 0; i < each.burst; i++) push(i);
            else if ('take' in each)
              expect(take(ring, each.take)).toEqual(model.splice(0, each.take));
            else if ('fit' in each) {
              // The driver asks once a bind: one doubling at a time.
              if (each.fit > size) size = size === 0 ? 64 : size * 2;
              ring.fit(each.fit);
            } else {
              ring.reset();
              model = [];
              overflow = false;
            }
            expect(ring.size).toBe(size);
            expect(ring.count).toBe(model.length);
            expect(ring.overflow).toBe(overflow);
            expect(contents(ring)).toEqual(model);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
