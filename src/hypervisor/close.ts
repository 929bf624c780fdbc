import { ECS_INTERDOMAIN, ECS_PIRQ, ECS_VIRQ } from './channel-table.js';
import type { Domain } from './domain.js';

/**
 * Closes a usable port whatever its state (`evtchn_close`, xen/common/event_channel.c). The peer of an interdomain
 * channel becomes unbound, reserved for the closer's domain: it is not told and keeps its pending bit.
 */
export function closePort(domain: Domain, port: number): void {
  const channels = domain.channels;
  let peerDomid = 0;
  let peerPort = 0;
  switch (channels.state(port)) {
    case ECS_PIRQ:
      domain.pirqToPort.set(channels.remote(port), 0);
      break;
    case ECS_VIRQ: {
      const virq = channels.remote(port);
      for (const vcpu of domain.vcpus) {
        if (vcpu.virqToPort[virq] === port) vcpu.virqToPort[virq] = 0;
      }
      break;
    }
    case ECS_INTERDOMAIN: {
      peerDomid = channels.remote(port);
      peerPort = channels.remotePort(port);
      const peer = domain.hypervisor.domain(peerDomid)!;
      peer.channels.disconnect(peerPort, domain.id);
      break;
    }
    default:
      break;
  }
  // A pending event must not meet whoever is given this number next (`evtchn_free`).
  domain.ports.clearPending(port);
  domain.xenConsumers.delete(port);
  channels.release(port);
  domain.trace.probe?.channelClose(domain.id, port, peerDomid, peerPort);
}
