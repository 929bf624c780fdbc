import { PerformanceObserver, performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { EventAbi } from '../../src/index.js';
import { collect } from '../heap.js';
import type { Way, WayName } from '../ways/way.js';

export interface AllocationOptions {
  readonly way: WayName;
  readonly abi: EventAbi;
  readonly ports: number;
  /** How many events; a multiple of 1048576. */
  readonly events: number;
}

export interface AllocationFigures {
  readonly events: number;
  /** What the heap grew by, not collected. */
  readonly bytes: number;
  /** Garbage collections meanwhile. */
  readonly collections: number;
}

const WARM_UP_EVENTS = 1048576;

/** Handles many events and looks at what the heap grew by, and whether it was collected. */
export async function run(options: AllocationOptions): Promise<AllocationFigures> {
  const { way, abi, ports, events } = options;
  const { prepare } = (await import(`../ways/${way}.js`)) as Way;
  const { loop } = prepare(ports, abi);
  await loop(WARM_UP_EVENTS);
  const starts: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) starts.push(entry.startTime);
  });
  observer.observe({ entryTypes: ['gc'] });
  await collect();
  const begin = performance.now();
  const before = process.memoryUsage().heapUsed;
  for (let done = 0; done < events; done += WARM_UP_EVENTS) await loop(WARM_UP_EVENTS);
  const bytes = process.memoryUsage().heapUsed - before;
  const end = performance.now();
  // Entries are handed to observers a turn later.
  await setTimeout(10);
  observer.disconnect();
  const collections = starts.filter((start) => start >= begin && start <= end).length;
  return { events, bytes, collections };
}
