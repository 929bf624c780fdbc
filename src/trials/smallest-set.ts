/**
 * Whether a program still fails with some of the things that made it fail.
 * @returns what of them there was when it failed, all of them or fewer; undefined if it did not fail
 */
export type SubsetTest<Item> = (subset: readonly Item[]) => Promise<readonly Item[] | undefined>;

/** Cuts a list into as many pieces, as equal as can be; none is empty. */
function pieces<Item>(items: readonly Item[], count: number): (readonly Item[])[] {
  const cut: (readonly Item[])[] = [];
  for (let index = 0, from = 0; index < count; index++) {
    const to = Math.round(((index + 1) * items.length) / count);
    cut.push(items.slice(from, to));
    from = to;
  }
  return cut;
}

/** What to try of a set that was cut into pieces: each piece, then all but each; of two pieces the others are the same. */
function candidates<Item>(cut: readonly (readonly Item[])[]): (readonly Item[])[] {
  if (cut.length <= 2) return [...cut];
  const others = cut.map((_, left) => cut.filter((_, index) => index !== left).flat());
  return [...cut, ...others];
}

/** Asks nothing twice. */
function remembered<Item>(test: SubsetTest<Item>): SubsetTest<Item> {
  const passed = new Set<string>();
  return async (subset) => {
    const key = JSON.stringify(subset);
    if (passed.has(key)) return undefined;
    const shown = await test(subset);
    if (shown === undefined) passed.add(key);
    return shown;
  };
}

/** The first of some sets that still fails, as it was when it failed. */
async function firstThatFails<Item>(
  sets: readonly (readonly Item[])[],
  test: SubsetTest<Item>,
): Promise<readonly Item[] | undefined> {
  for (const set of sets) {
    const shown = await test(set);
    if (shown !== undefined) return shown;
  }
  return undefined;
}

/**
 * Makes a set smaller as long as a test still fails with it: ddmin of Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", 2002. In the end nothing can be left out of the set by itself; there may be another, smaller set
 * elsewhere.
 * @param items - a set with which it fails; it is taken as known that it passes with none. Strings or numbers
 * @returns each smaller set as it is found, in the order of `items`; the last is the result, nothing if `items` is it
 */
export async function* smallerSets<Item extends string | number>(
  items: readonly Item[],
  test: SubsetTest<Item>,
): AsyncGenerator<readonly Item[], void, void> {
  const ask = remembered(test);
  let set = items;
  let count = 2;
  while (set.length > 1) {
    const cut = pieces(set, Math.min(count, set.length));
    const smaller = await firstThatFails(candidates(cut), ask);
    if (smaller !== undefined) {
      // A piece is cut in two again; a set without one piece has the others already.
      count = smaller.length > set.length / 2 ? Math.max(count - 1, 2) : 2;
      const kept = new Set(smaller);
      set = set.filter((item) => kept.has(item));
      yield set;
    } else if (cut.length === set.length) {
      return;
    } else {
      count = cut.length * 2;
    }
  }
}
