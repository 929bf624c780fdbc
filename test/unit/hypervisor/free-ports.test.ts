import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FreePorts } from '../../../src/hypervisor/free-ports.js';

const MOST = 131072;

/** What FreePorts must equal: a set of what is taken, searched one by one. */
function lowestOutside(taken: ReadonlySet<number>, start: number): number {
  let port = start;
  while (taken.has(port)) port++;
  return port;
}

/** Ports near the edges of words (32), groups (1024) and groups of groups (32768), and anywhere. */
const anyPort = fc.oneof(
  fc.nat(200),
  fc
    .tuple(fc.constantFrom(32, 1024, 32768, MOST), fc.nat(4), fc.integer({ min: -2, max: 2 }))
    .map(([size, times, off]) => Math.min(MOST - 1, Math.max(0, size * times + off))),
  fc.nat(MOST - 1),
);

const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), port: anyPort }),
  fc.record({ kind: fc.constant('give' as const), port: anyPort }),
  fc.record({
    kind: fc.constant('fill' as const),
    port: anyPort,
    length: fc.constantFrom(1, 31, 32, 64, 1024, 1100, 33000),
  }),
  fc.record({ kind: fc.constant('give-one-of-the-taken' as const), pick: fc.nat() }),
);

describe('FreePorts', () => {
  it('finds port 0 first when nothing is taken', () => {
    expect(new FreePorts().lowest()).toBe(0);
  });

  it('finds the same lowest free port as a search one by one, from any start', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 25 }),
        fc.array(anyPort, { minLength: 1, maxLength: 20 }),
        (steps, starts) => {
          const ports = new FreePorts();
          const taken = new Set<number>();
          const take = (port: number) => {
            ports.take(port);
            taken.add(port);
          };
          const give = (port: number | undefined) => {
            if (port === undefined || !taken.delete(port)) return;
            ports.give(port);
          };
          for (const step of steps) {
            if (step.kind === 'take') take(step.port);
            else if (step.kind === 'give') give(step.port);
            else if (step.kind === 'fill') {
              const end = Math.min(MOST, step.port + step.length);
              for (let port = step.port; port < end; port++) take(port);
            } else {
              give([...taken][step.pick % Math.max(1, taken.size)]);
            }
            expect(ports.lowest()).toBe(lowestOutside(taken, 0));
          }
          for (const start of starts) {
            expect(ports.lowestFrom(start)).toBe(lowestOutside(taken, start));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds every single hole in 131072 taken ports, and the end of them', () => {
    const ports = new FreePorts();
    for (let port = 0; port < MOST; port++) {
      expect(ports.lowest()).toBe(port);
      ports.take(port);
    }
    expect(ports.lowest()).toBe(MOST);
    for (let hole = 0; hole < MOST; hole += 997) {
      ports.give(hole);
      expect(ports.lowest()).toBe(hole);
      expect(ports.lowestFrom(hole + 1)).toBe(MOST);
      ports.take(hole);
    }
  });

  it('answers the first port beyond its arrays when the last word of them is full', () => {
    const ports = new FreePorts();
    for (let port = 1023; port >= 992; port--) ports.take(port);
    expect(ports.lowestFrom(992)).toBe(1024);
    expect(ports.lowest()).toBe(0);
  });

  it('takes a port twice as if once', () => {
    const ports = new FreePorts();
    ports.take(0);
    ports.take(0);
    ports.give(0);
    expect(ports.lowest()).toBe(0);
  });

  it('answers a start beyond everything taken with itself', () => {
    const ports = new FreePorts();
    ports.take(0);
    expect(ports.lowestFrom(5_000_000)).toBe(5_000_000);
  });

  it('holds a few bytes for few ports and about a bit a port for many', () => {
    const ports = new FreePorts();
    expect(ports.byteLength).toBeLessThanOrEqual(32);
    for (let port = 0; port < MOST; port++) ports.take(port);
    expect(ports.byteLength).toBeLessThan((MOST / 8) * 1.6);
  });
});
