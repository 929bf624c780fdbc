import {
  EVTCHNSTAT_CLOSED,
  EVTCHNSTAT_INTERDOMAIN,
  EVTCHNSTAT_IPI,
  EVTCHNSTAT_PIRQ,
  EVTCHNSTAT_UNBOUND,
  EVTCHNSTAT_VIRQ,
} from '../abi/event-channel.js';
import { ECS_INTERDOMAIN, ECS_IPI, ECS_PIRQ, ECS_UNBOUND, ECS_VIRQ } from './channel-table.js';
import type { Domain } from './domain.js';

/** What EVTCHNOP_status tells of a port. */
export interface ChannelStatus {
  /** One of `EVTCHNSTAT_*`. */
  readonly status: number;
  /** The vCPU it notifies. */
  readonly vcpu: number;
  /** Peer's domain, for unbound and interdomain channels. */
  readonly dom?: number;
  /** Peer's port, for interdomain channels. */
  readonly port?: number;
  /** Number of the virq or pirq. */
  readonly nr?: number;
}

/** The status of a valid port (`evtchn_status`). */
export function channelStatus(domain: Domain, port: number): ChannelStatus {
  const channels = domain.channels;
  const vcpu = channels.vcpu(port);
  const remote = channels.remote(port);
  switch (channels.state(port)) {
    case ECS_UNBOUND:
      return { status: EVTCHNSTAT_UNBOUND, vcpu, dom: remote };
    case ECS_INTERDOMAIN:
      return {
        status: EVTCHNSTAT_INTERDOMAIN,
        vcpu,
        dom: remote,
        port: channels.remotePort(port),
      };
    case ECS_PIRQ:
      return { status: EVTCHNSTAT_PIRQ, vcpu, nr: remote };
    case ECS_VIRQ:
      return { status: EVTCHNSTAT_VIRQ, vcpu, nr: remote };
    case ECS_IPI:
      return { status: EVTCHNSTAT_IPI, vcpu };
    default:
      return { status: EVTCHNSTAT_CLOSED, vcpu };
  }
}
