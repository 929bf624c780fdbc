import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SubsetTest, smallerSets } from '../../../src/trials/smallest-set.js';

/** The last set that is found, and what was asked for. */
async function smallest(
  items: readonly number[],
  test: SubsetTest<number>,
): Promise<{ set: readonly number[]; asked: (readonly number[])[] }> {
  const asked: (readonly number[])[] = [];
  let set = items;
  for await (const smaller of smallerSets(items, (subset) => {
    asked.push(subset);
    return test(subset);
  })) {
    expect(smaller.length).toBeLessThan(set.length);
    set = smaller;
  }
  return { set, asked };
}

/** Fails if all of some numbers are there. */
function needs(...needed: number[]): SubsetTest<number> {
  return async (subset) => (needed.every((each) => subset.includes(each)) ? subset : undefined);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

it('finds the only one that matters, in about as many tests as the list is halved', async () => {
  const { set, asked } = await smallest(upTo(64), needs(41));
  expect(set).toEqual([41]);
  expect(asked.length).toBeLessThanOrEqual(12);
});

it('finds two that matter only together', async () => {
  expect((await smallest(upTo(30), needs(3, 28))).set).toEqual([3, 28]);
});

it('leaves a single item as it is, and asks for nothing', async () => {
  expect(await smallest([5], needs(5))).toEqual({ set: [5], asked: [] });
});

it('keeps all if all are needed', async () => {
  expect((await smallest(upTo(5), needs(...upTo(5)))).set).toEqual(upTo(5));
});

it('asks for no set twice that passed', async () => {
  const { asked } = await smallest(upTo(20), needs(0, 7, 19));
  const passed = asked.filter((set) => ![0, 7, 19].every((each) => set.includes(each)));
  expect(new Set(passed.map(String)).size).toBe(passed.length);
});

it('goes on from what a failing run showed, where that is less than it was asked for', async () => {
  const test: SubsetTest<number> = async (subset) =>
    subset.includes(9) && subset.includes(2) ? [9, 2] : undefined;
  const { set, asked } = await smallest([9, 8, 7, 2, 1], test);
  expect(set).toEqual([9, 2]);
  expect(asked.at(-1)).toEqual([9, 2, 1]);
});

it('stops where its test fails to be done', async () => {
  const found: (readonly number[])[] = [];
  let left = 3;
  const test: SubsetTest<number> = async (subset) => {
    if (left-- === 0) throw new Error('interrupted');
    return needs(0)(subset);
  };
  const searching = (async () => {
    for await (const set of smallerSets(upTo(100), test)) found.push(set);
  })();
  await expect(searching).rejects.toThrow('interrupted');
  expect(found.map(({ length }) => length)).toEqual([50, 25, 13]);
});

it('leaves nothing that can be left out, whatever makes it fail', async () => {
  const cause = fc.uniqueArray(fc.nat(25), { minLength: 1, maxLength: 4 });
  const causes = fc.array(cause, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(causes, async (each) => {
      const fails = (set: readonly number[]): boolean =>
        each.some((needed) => needed.every((item) => set.includes(item)));
      const items = upTo(26);
      const { set } = await smallest(items, async (subset) => (fails(subset) ? subset : undefined));
      expect(fails(set)).toBe(true);
      for (const item of set) expect(fails(set.filter((other) => other !== item))).toBe(false);
    }),
  );
});
