import { readFileSync } from 'node:fs';

/** The first and the last CPU that this process may use; the same if it may use one only. */
export interface Cpus {
  readonly first: number;
  readonly last: number;
}

/** @param status - what /proc/self/status says */
export function usableCpus(status: string = readFileSync('/proc/self/status', 'utf8')): Cpus {
  const [, first, last] = /^Cpus_allowed_list:\s*(\d+)(?:.*\D(\d+))?$/m.exec(status) ?? [];
  if (first === undefined) throw new Error('/proc/self/status does not say which CPUs there are');
  return { first: Number(first), last: Number(last ?? first) };
}
