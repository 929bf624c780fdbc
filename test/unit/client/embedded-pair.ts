import { expect } from 'vitest';
import type { HostDomain } from '../../../src/host/host-domain.js';
import { type DomainOptions, XenHost } from '../../../src/host/xen-host.js';

/** Two domains with a connected pair of ports: `front` sends on `local`, `back` gets it on `remote`. */
export function pair(options: Partial<DomainOptions> = {}) {
  const host = new XenHost();
  const dom0 = host.createDomain({ domid: 0, ...options });
  const dom5 = host.createDomain({ domid: 5 });
  const back = dom0.openEvtchn();
  const front = dom5.openEvtchn();
  const remote = back.bindUnboundPort(5);
  const local = front.bindInterdomain(0, remote);
  expect(front.tryPending()).toBe(local);
  front.unmask(local);
  return { host, dom0, dom5, back, front, remote, local, waiting: waitersOf(dom0) };
}

/** How many wait on the first open file of a domain. */
function waitersOf(domain: HostDomain): () => number {
  const [file] = domain.driver!.openFiles.values();
  return () => file!.waitQueue.size;
}

/** Lets every promise that is settled have its say. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Fills the ring of `back` and one more. */
export function overflow({ back, front, local, remote }: ReturnType<typeof pair>): void {
  for (let i = 0; i < 65; i++) {
    front.notify(local);
    back.unmask(remote);
  }
}
