import { setTimeout } from 'node:timers/promises';

/** Collects what is not used, buffers too: those are given back a moment after the collection that found them. */
export async function collect(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc!();
    await setTimeout(5);
  }
}

/** Bytes in use after a collection: the heap, and the buffers outside it. */
export async function bytesInUse(): Promise<number> {
  await collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
