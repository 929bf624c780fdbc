import { describe, expect, it } from 'vitest';
import { explored, failureOf } from './programs.js';

describe('a cell', () => {
  it('lets others come between a read and a write, and not into an update', async () => {
    const sums = { apart: new Set<number>(), atomic: new Set<number>() };
    await explored((lab) => {
      const apart = lab.cell('apart', 0);
      const atomic = lab.cell('atomic', 0);
      expect([apart.name, apart.value]).toEqual(['apart', 0]);
      for (const name of ['a', 'b']) {
        lab.party(name, async () => {
          await apart.write((await apart.read()) + 1);
          expect(await atomic.update((value) => value + 1)).toBeGreaterThan(0);
        });
      }
      lab.atEnd(() => {
        sums.apart.add(apart.value);
        sums.atomic.add(atomic.value);
      });
    });
    expect([...sums.apart].sort()).toEqual([1, 2]);
    expect([...sums.atomic]).toEqual([2]);
  });

  it('is left as it was by an update that throws, which the party gets', async () => {
    await explored((lab) => {
      const cell = lab.cell('cell', 1);
      lab.party('a', async () => {
        const update = cell.update(() => {
          throw new RangeError('no');
        });
        await expect(update).rejects.toThrow('no');
        expect(cell.value).toBe(1);
      });
    });
  });

  it('is not read or written outside of a party', async () => {
    const { error } = await failureOf((lab) => {
      const cell = lab.cell('cell', 0);
      lab.party('a', async () => {});
      void cell.read();
    });
    expect(String(error)).toMatch(/^Error: cell\.read\(\) outside of a party/);
    const atEnd = await failureOf((lab) => {
      const cell = lab.cell('cell', 0);
      lab.party('a', () => cell.write(1));
      lab.atEnd(() => void cell.write(2));
    });
    expect(String(atEnd.error)).toMatch(/^Error: cell\.write\(2\) outside of a party/);
  });
});
