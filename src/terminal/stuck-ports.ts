/** A port that is stuck. */
export interface StuckPort {
  readonly domid: number;
  readonly port: number;
}

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
