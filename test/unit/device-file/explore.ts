/** What a run of {@link explore} may do. */
export interface Run {
  /** One of so many ways to go on, from 0; another in each run. */
  choose(ways: number): number;
  /** @param state - all that what follows depends on: if an earlier run was there, this one may end as it likes */
  at(state: string): void;
}

/** A choice of a run. */
interface Choice {
  readonly way: number;
  readonly ways: number;
}

/**
 * Runs something again and again until it has gone every way there is.
 * @returns how many states it has been in
 */
export function explore(body: (run: Run) => void): number {
  const known = new Set<string>();
  let path: Choice[] = [];
  do {
    let depth = 0;
    let free = true;
    body({
      choose: (ways) => {
        if (!free) return 0;
        if (depth === path.length) path.push({ way: 0, ways });
        return path[depth++]!.way;
      },
      at: (state) => {
        // Up to its last choice it only repeats what an earlier run did.
        if (!free || depth < path.length) return;
        free = !known.has(state);
        known.add(state);
      },
    });
    path = nextPath(path);
  } while (path.length > 0);
  return known.size;
}

/** The path that differs in its last choice that has further ways; empty if there is none. */
function nextPath(path: readonly Choice[]): Choice[] {
  let length = path.length;
  while (length > 0 && path[length - 1]!.way + 1 === path[length - 1]!.ways) length--;
  if (length === 0) return [];
  const { way, ways } = path[length - 1]!;
  return [...path.slice(0, length - 1), { way: way + 1, ways }];
}
