/** What platforms have of it; Node the first, browsers the second, and a bare context neither. */
interface Platform {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly setTimeout?: (callback: () => void, milliseconds: number) => unknown;
}

/** Where there is nothing but promises, they get so many turns. */
const TURNS = 1000;

/** Resolves when all promises that can settle without anything from outside have settled. */
export function macrotask(): Promise<void> {
  const { setImmediate, setTimeout } = globalThis as Platform;
  if (setImmediate === undefined && setTimeout === undefined) return manyTurns();
  return new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else setTimeout!(resolve, 0);
  });
}

async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await undefined;
}
