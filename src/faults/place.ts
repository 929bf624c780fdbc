import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { HostDomain } from '../host/host-domain.js';
import { ECS_INTERDOMAIN } from '../hypervisor/channel-table.js';

/** 2^32: the domain in front of a port. */
const WORD = 0x1_0000_0000;

/** A port of a domain as one number. */
export function portKey(domid: number, port: number): number {
  return domid * WORD + port;
}

/** The open file that holds a port, if one does. */
export function holderOf({ driver }: HostDomain, port: number): OpenFile | undefined {
  const word = driver?.ports.owners[port] ?? 0;
  return driver?.openFiles.get(word >> 1);
}

/** Whether a port is one end of a channel whose other end is there, and so may send. */
export function isConnected({ xen }: HostDomain, port: number): boolean {
  return xen.validPort(port) && xen.channels.state(port) === ECS_INTERDOMAIN;
}
