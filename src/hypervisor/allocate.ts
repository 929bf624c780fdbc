import { EINVAL, ENOSPC } from '../abi/errno.js';
import type { Domain } from './domain.js';

/**
 * The lowest free port of a domain, made valid but still FREE (`get_free_port`, xen/common/event_channel.c).
 * @returns the port; -EINVAL for a dying domain; -ENOSPC above `max_evtchn_port` or the limit of the ABI
 */
export function findFreePort(domain: Domain): number {
  if (domain.dying) return -EINVAL;
  const free = domain.channels.free;
  let port = free.lowest();
  // As Xen does: a FIFO port that is still linked into a queue of the guest's is skipped for now.
  while (domain.ports.isBusy(port)) port = free.lowestFrom(port + 1);
  if (port > domain.maxEvtchnPort || port >= domain.ports.limit) return -ENOSPC;
  domain.channels.validate(port);
  return port;
}

/**
 * Takes a port found by {@link findFreePort} into use.
 * @param remotePort - the peer's port, for a channel that is connected at once; only traced here
 */
export function openPort(
  domain: Domain,
  port: number,
  state: number,
  remote: number,
  remotePort = 0,
): void {
  domain.channels.open(port, state);
  domain.channels.setRemote(port, remote);
  domain.ports.init(port);
  domain.trace.probe?.channelOpen(domain.id, port, state, remote, remotePort);
}
