import type { HostDomain } from '../host/host-domain.js';
import {
  ECS_INTERDOMAIN,
  ECS_IPI,
  ECS_PIRQ,
  ECS_UNBOUND,
  ECS_VIRQ,
} from '../hypervisor/channel-table.js';

/** How many ports and files of a domain are in which state now. */
export interface ChannelCounts {
  /** Ports in use, by state. */
  readonly byState: Readonly<Record<'unbound' | 'interdomain' | 'pirq' | 'virq' | 'ipi', number>>;
  /** Ports with an event pending in Xen. */
  readonly pending: number;
  /** Ports of open files that are not enabled: their event is unread, read and not written back, or lost. */
  readonly disabled: number;
  /** Open files of the device. */
  readonly files: number;
  /** Of them, those whose ring overflowed. */
  readonly overflowed: number;
  /** Events in their rings. */
  readonly unread: number;
}

/** Counts the ports and files of a domain. */
export function countChannels({ xen, driver }: HostDomain): ChannelCounts {
  const { channels, ports } = xen;
  const owners = driver?.ports.owners;
  const counts = new Array<number>(ECS_IPI + 1).fill(0);
  let pending = 0;
  let disabled = 0;
  const used = channels.free;
  for (let port = used.takenFrom(1); port > 0; port = used.takenFrom(port + 1)) {
    counts[channels.state(port)]!++;
    if (ports.isPending(port) || channels.remembered(port)) pending++;
    const owner = owners?.[port] ?? 0;
    if (owner !== 0 && (owner & 1) === 0) disabled++;
  }
  const files = [...(driver?.openFiles.values() ?? [])];
  return {
    byState: {
      unbound: counts[ECS_UNBOUND]!,
      interdomain: counts[ECS_INTERDOMAIN]!,
      pirq: counts[ECS_PIRQ]!,
      virq: counts[ECS_VIRQ]!,
      ipi: counts[ECS_IPI]!,
    },
    pending,
    disabled,
    files: files.length,
    overflowed: files.filter(({ ring }) => ring.overflow).length,
    unread: files.reduce((sum, { ring }) => sum + ring.count, 0),
  };
}
