import { EINVAL } from '../abi/errno.js';
import { findFreePort, openPort } from './allocate.js';
import { ECS_INTERDOMAIN, ECS_UNBOUND } from './channel-table.js';
import { closePort } from './close.js';
import type { Domain } from './domain.js';

/**
 * Allocates a port of a domain whose events Xen itself receives and on which Xen sends
 * (`alloc_unbound_xen_event_channel`), as it does for a device model's ioreq port.
 * @param remoteDomid - the domain that may connect to it
 * @param notify - called when the peer sends
 * @returns the port or a negative errno of the allocation
 */
export function allocUnboundXen(
  domain: Domain,
  vcpu: number,
  remoteDomid: number,
  notify: (port: number) => void,
): number {
  const port = findFreePort(domain);
  if (port < 0) return port;
  openPort(domain, port, ECS_UNBOUND, remoteDomid);
  domain.channels.setVcpu(port, vcpu);
  domain.channels.setXenConsumer(port, true);
  domain.xenConsumers.set(port, notify);
  return port;
}

/** Closes a port of {@link allocUnboundXen} (`free_xen_event_channel`). @returns 0, or -EINVAL if it is none */
export function freeXen(domain: Domain, port: number): number {
  if (!isXens(domain, port)) return -EINVAL;
  domain.channels.setXenConsumer(port, false);
  closePort(domain, port);
  return 0;
}

/**
 * Xen sends on its own port (`notify_via_xen_event_channel`); lost while nobody is connected.
 * @returns 0, or -EINVAL if the port is none of Xen's
 */
export function notifyViaXen(domain: Domain, port: number): number {
  if (!isXens(domain, port)) return -EINVAL;
  const channels = domain.channels;
  if (channels.state(port) === ECS_INTERDOMAIN) {
    const peer = domain.hypervisor.domain(channels.remote(port))!;
    peer.ports.setPending(channels.remotePort(port));
    domain.hypervisor.exit();
  }
  return 0;
}

function isXens(domain: Domain, port: number): boolean {
  return domain.validPort(port) && domain.channels.consumerIsXen(port);
}
