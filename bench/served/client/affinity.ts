import { readdirSync } from 'node:fs';
import { libc, succeeded } from '../../../src/native/libc.js';

const setAffinity = libc('int sched_setaffinity(int pid, size_t size, const void *mask)');

/** CPUs by number: a `cpu_set_t`. */
type CpuSet = Uint8Array;

/** Where a kind of request begins; undefined where nobody chose. */
export interface Placement {
  readonly client: CpuSet;
  readonly server: CpuSet;
  /** From then on, both may run anywhere. */
  readonly free: boolean;
}

/** Bytes of a `cpu_set_t`. */
const BYTES = 128;
const ANY: CpuSet = new Uint8Array(BYTES).fill(0xff);

function only(cpu: number): CpuSet {
  const set = new Uint8Array(BYTES);
  set[cpu >> 3] = 1 << (cpu & 7);
  return set;
}

/** What a line of the bench asks for: two numbers of CPUs, the client's and the server's, and whether that is the beginning only. */
export function placement(line: string): Placement | undefined {
  const [, client, server, free] = /^(\d+) (\d+)( free)?$/.exec(line) ?? [];
  if (client === undefined) return undefined;
  return { client: only(Number(client)), server: only(Number(server)), free: free !== undefined };
}

/**
 * Moves this thread and all threads of a server to where they begin, has both work there, and lets them go.
 * @param settle - makes some requests
 */
export function place(placed: Placement, server: number, settle: () => void): void {
  confine(0, placed.client);
  confineThreads(server, placed.server);
  settle();
  if (!placed.free) return;
  confineThreads(server, ANY);
  confine(0, ANY);
}

function confineThreads(pid: number, set: CpuSet): void {
  for (const thread of readdirSync(`/proc/${pid}/task`)) confine(Number(thread), set);
}

function confine(thread: number, set: CpuSet): void {
  succeeded('sched_setaffinity', setAffinity(thread, BYTES, set));
}
