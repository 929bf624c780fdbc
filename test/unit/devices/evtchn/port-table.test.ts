import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PortTable } from '../../../../src/devices/evtchn/port-table.js';

/** The ports of a chain, first to last. */
function chain(table: PortTable, first: number): number[] {
  const ports: number[] = [];
  for (let port = first; port !== 0; port = table.next(port)) ports.push(port);
  return ports;
}

describe('a port table', () => {
  it('knows who holds a port, and nobody else', () => {
    const table = new PortTable();
    table.add(1, 5, 0);
    expect(table.holds(1, 5)).toBe(true);
    expect(table.holds(2, 5)).toBe(false);
    expect(table.holds(1, 6)).toBe(false);
    expect(table.holds(1, 100000)).toBe(false);
    expect(table.holds(1, 0xffffffff)).toBe(false);
  });

  it('holds a new port enabled', () => {
    const table = new PortTable();
    table.add(3, 5, 0);
    expect(table.owners[5]).toBe(PortTable.enabled(3));
    table.remove(5, 5);
    expect(table.owners[5]).toBe(0);
  });

  it('chains the ports of a file, newest first', () => {
    const table = new PortTable();
    let first = 0;
    for (const port of [4, 9, 2]) {
      table.add(1, port, first);
      first = port;
    }
    expect(chain(table, first)).toEqual([2, 9, 4]);
    expect(table.remove(9, first)).toBe(2);
    expect(chain(table, 2)).toEqual([2, 4]);
    expect(table.remove(2, 2)).toBe(4);
    expect(table.remove(4, 4)).toBe(0);
  });

  it('grows to the port it is given and keeps what it has', () => {
    const table = new PortTable();
    table.add(1, 63, 0);
    const before = table.byteLength;
    table.add(1, 131071, 63);
    expect(table.byteLength).toBeGreaterThan(before);
    expect(chain(table, 131071)).toEqual([131071, 63]);
    expect(table.holds(1, 63)).toBe(true);
    expect(table.holds(1, 131070)).toBe(false);
  });

  it('grows by little for the next port, so that a bind costs little on average', () => {
    const table = new PortTable();
    let growths = 0;
    let first = 0;
    let owners = table.owners;
    for (let port = 1; port < 5000; port++) {
      table.add(1, port, first);
      first = port;
      if (table.owners !== owners) growths++;
      owners = table.owners;
    }
    expect(growths).toBeLessThan(30);
    expect(table.owners.length).toBeLessThan(5000 * 1.3);
  });

  it('behaves as a set of ports per file', () => {
    const FILES = 3;
    const step = fc.record({
      file: fc.integer({ min: 1, max: FILES }),
      port: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 500 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const table = new PortTable();
        const firsts = [0, 0, 0, 0];
        const sets = firsts.map(() => new Set<number>());
        for (const { file, port } of steps) {
          const owner = sets.findIndex((set) => set.has(port));
          if (owner < 0) {
            table.add(file, port, firsts[file]!);
            firsts[file] = port;
            sets[file]!.add(port);
          } else {
            firsts[owner] = table.remove(port, firsts[owner]!);
            sets[owner]!.delete(port);
          }
          for (let each = 1; each <= FILES; each++) {
            const held = chain(table, firsts[each]!);
            // Newest first is the order of a set backwards.
            expect(held).toEqual([...sets[each]!].reverse());
            expect(held.every((one) => table.holds(each, one))).toBe(true);
          }
          expect(table.holds(file, port)).toBe(sets[file]!.has(port));
        }
      }),
    );
  });
});
