import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { WatchedHost } from '../watch/watched-host.js';

/** Milliseconds between two looks. */
const INTERVAL_MS = 2000;

/**
 * Waits until a host is gone. A host that is followed says so itself; this is for one that nobody looks at, and asks no more of
 * it than that it is there.
 * @returns the reason; never for a host without a tree, which cannot be asked
 * @throws (rejects) AbortError when the signal aborts
 */
export async function hostGone(
  { name, directory }: WatchedHost,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    await delay(INTERVAL_MS, undefined, { signal });
    if (directory === undefined) continue;
    try {
      await readFile(join(directory, 'server'), { signal });
    } catch {
      signal.throwIfAborted();
      return `${name} has ended`;
    }
  }
}
