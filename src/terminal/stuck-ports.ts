import type { StuckPort as StuckPortReport } from '../snapshot/stuck-ports.js';

/** A port that is stuck: what is known of it here is where it is. */
export type StuckPort = Pick<StuckPortReport, 'domid' | 'port'>;

/** Ports that are stuck, by domain. */
export function stuckByDomain(stuck: readonly StuckPort[]): Map<number, ReadonlySet<number>> {
  const ports = new Map<number, Set<number>>();
  for (const { domid, port } of stuck) {
    const known = ports.get(domid);
    if (known === undefined) ports.set(domid, new Set([port]));
    else known.add(port);
  }
  return ports;
}
