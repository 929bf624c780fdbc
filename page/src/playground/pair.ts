import type { HostDomain } from 'xen-evtchn/embedded';
import type { Program } from './program.js';
import type { World } from './world.js';

/** Two programs and a channel between them. */
export interface Pair {
  readonly back: Program;
  readonly front: Program;
  readonly backPort: number;
  readonly frontPort: number;
}

/**
 * Starts a back end in domain 0 and a front end in another, and connects them. The event that every connection begins with is
 * taken; neither waits yet.
 */
export function connect(world: World, domain: HostDomain): Pair {
  const back = world.start(world.dom0, 'back-end');
  const front = world.start(domain, 'front-end');
  const backPort = back.evtchn.bindUnboundPort(domain.domid);
  const frontPort = front.evtchn.bindInterdomain(0, backPort);
  takeOne(front);
  return { back, front, backPort, frontPort };
}

/** Reads an event and unmasks its port. @returns false if there was none */
export function takeOne({ evtchn }: Program): boolean {
  const port = evtchn.tryPending();
  if (port === undefined) return false;
  evtchn.unmask(port);
  return true;
}
