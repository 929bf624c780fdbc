import {
  type File,
  type HostDomain,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
  O_NONBLOCK,
  O_RDWR,
} from '../../src/index.js';
import { FaultingMemory } from './faulting-memory.js';

/** An address at which no program has memory. */
export const BAD_POINTER = 0x10;

/**
 * A program with one open file of the device, at the level of system calls: every call answers what the kernel returns,
 * which is a negative errno where it fails.
 */
export class DeviceProgram {
  readonly domain: HostDomain;
  readonly file: File;
  readonly memory: FaultingMemory = new FaultingMemory(16384);
  /** Where the argument structures of its ioctls are; its reads and writes are at the start. */
  readonly argument: number = this.memory.start + 12288;

  /** @param flags - of open(2), non-blocking unless given */
  constructor(domain: HostDomain, flags: number = O_RDWR | O_NONBLOCK) {
    this.domain = domain;
    this.file = domain.open({ flags, comm: 'program' });
  }

  /** An ioctl whose argument structure holds these words. */
  ioctl(command: number, ...words: readonly number[]): number {
    this.memory.setWords(this.argument, words);
    return this.file.ioctl(command, this.memory, this.argument);
  }

  /** An ioctl whose argument is at an address. */
  ioctlAt(command: number, address: number): number {
    return this.file.ioctl(command, this.memory, address);
  }

  bindVirq(virq: number): number {
    return this.ioctl(IOCTL_EVTCHN_BIND_VIRQ, virq);
  }

  bindInterdomain(remoteDomain: number, remotePort: number): number {
    return this.ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, remoteDomain, remotePort);
  }

  bindUnboundPort(remoteDomain: number): number {
    return this.ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, remoteDomain);
  }

  bindStatic(port: number): number {
    return this.ioctl(IOCTL_EVTCHN_BIND_STATIC, port);
  }

  unbind(port: number): number {
    return this.ioctl(IOCTL_EVTCHN_UNBIND, port);
  }

  notify(port: number): number {
    return this.ioctl(IOCTL_EVTCHN_NOTIFY, port);
  }

  reset(): number {
    return this.ioctl(IOCTL_EVTCHN_RESET);
  }

  restrict(domid: number): number {
    return this.ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, domid);
  }

  /** read(2). @returns the ports, or a negative errno */
  read(bytes = 4096): number[] | number {
    const rc = this.readAt(this.memory.start, bytes);
    return rc < 0 ? rc : this.memory.words(this.memory.start, rc / 4);
  }

  /** read(2) to an address. */
  readAt(address: number, bytes: number): number {
    return this.file.read(this.memory, address, bytes);
  }

  /** write(2) of a list of ports. */
  write(...ports: readonly number[]): number {
    this.memory.setWords(this.memory.start, ports);
    return this.writeAt(this.memory.start, ports.length * 4);
  }

  /** write(2) from an address. */
  writeAt(address: number, bytes: number): number {
    return this.file.write(this.memory, address, bytes);
  }

  poll(): number {
    return this.file.poll();
  }

  close(): void {
    this.file.put();
  }
}

/** Two connected ports. */
export interface Channel {
  /** The port that was made first, unbound. */
  readonly unbound: number;
  /** The port that connected to it. */
  readonly interdomain: number;
}

/** Connects two programs; the event that `binder` has at once stays unread. */
export function bindChannel(offerer: DeviceProgram, binder: DeviceProgram): Channel {
  const unbound = offerer.bindUnboundPort(binder.domain.domid);
  const interdomain = binder.bindInterdomain(offerer.domain.domid, unbound);
  if (unbound < 0 || interdomain < 0) {
    throw new Error(`no channel: bind_unbound_port ${unbound}, bind_interdomain ${interdomain}`);
  }
  return { unbound, interdomain };
}

/** Connects two programs and takes the event that `binder` has at once: both ports are enabled and quiet. */
export function quietChannel(offerer: DeviceProgram, binder: DeviceProgram): Channel {
  const channel = bindChannel(offerer, binder);
  binder.read();
  binder.write(channel.interdomain);
  return channel;
}
