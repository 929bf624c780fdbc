/** What platforms have of it; Node the first, browsers the second. */
interface Platform {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly setTimeout?: (callback: () => void, milliseconds: number) => unknown;
}

/** Resolves when all promises that can settle without anything from outside have settled. */
export function macrotask(): Promise<void> {
  const { setImmediate, setTimeout } = globalThis as Platform;
  return new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else setTimeout!(resolve, 0);
  });
}
