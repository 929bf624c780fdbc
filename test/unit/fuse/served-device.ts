import { ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import type { KernelSide } from './kernel-side.js';

/** O_RDWR and O_NONBLOCK of x86. */
export const O_RDWR = 0o2;
export const O_NONBLOCK = 0o4000;
/** Requests of the device, from `xen/evtchn.h`. */
export const BIND_VIRQ = 0x44500;
export const BIND_INTERDOMAIN = 0x84501;
export const BIND_UNBOUND_PORT = 0x44502;
export const UNBIND = 0x44503;
export const NOTIFY = 0x44504;
export const RESET = 0x4505;
export const RESTRICT_DOMID = 0x24506;

/** Where programs keep their arguments; beyond 32 bits, as on a real machine. */
const ARGUMENT = 0x7ffd_1234_5678n;
let lastPollHandle = 0x1_0000_0000n;

/** Finds a node by its path. @throws Error if it is not there */
export function walk(kernel: KernelSide, path: string): bigint {
  let node = ROOT;
  for (const name of path.split('/')) {
    node = kernel.succeed(fuse.lookup(node, name)).as('entry_out').nodeid;
  }
  return node;
}

/** A program's open file of a domain's device, through the kernel. Results are as of system calls: negative is an errno. */
export class ServedDevice {
  readonly kernel: KernelSide;
  readonly node: bigint;
  readonly fh: bigint;
  /** By what the kernel knows it in notifications. */
  readonly kh: bigint;
  readonly pid: number;
  /** `f_flags` as they are. */
  flags: number;

  constructor(
    kernel: KernelSide,
    domid: number,
    options: { readonly flags?: number; readonly pid?: number } = {},
  ) {
    const { flags = O_RDWR, pid = 4711 } = options;
    this.kernel = kernel;
    this.node = walk(kernel, `${domid}/evtchn`);
    this.pid = pid;
    this.flags = flags;
    this.fh = kernel.succeed({ ...fuse.open(this.node, flags), pid }).as('open_out').fh;
    lastPollHandle += 3n;
    this.kh = lastPollHandle;
  }

  /** Sends READ, which may wait. @returns its number */
  startRead(size = 4096): bigint {
    return this.kernel.send({ ...fuse.read(this, size, this.flags), pid: this.pid });
  }

  /** @returns the ports that were read, or an errno; throws if it waits */
  read(size = 4096): number[] | number {
    const answer = this.kernel.ask({ ...fuse.read(this, size, this.flags), pid: this.pid });
    return answer.error < 0 ? answer.error : answer.words;
  }

  write(...list: readonly number[]): number {
    const answer = this.kernel.ask({
      ...fuse.write(this, words(...list), this.flags),
      pid: this.pid,
    });
    return answer.error < 0 ? answer.error : answer.as('write_out').size;
  }

  ioctl(command: number, argument: Uint8Array): number {
    this.kernel.programs.put(this.pid, ARGUMENT, argument);
    return this.ioctlAt(command, ARGUMENT);
  }

  ioctlAt(command: number, address: bigint, flags = 0): number {
    const { kernel, pid } = this;
    const answer = kernel.ask({ ...fuse.ioctl(this, command, address, flags), pid });
    return answer.error < 0 ? answer.error : answer.as('ioctl_out').result;
  }

  bindUnbound(remote: number): number {
    return this.ioctl(BIND_UNBOUND_PORT, words(remote));
  }

  bindInterdomain(remote: number, port: number): number {
    return this.ioctl(BIND_INTERDOMAIN, words(remote, port));
  }

  notify(port: number): number {
    return this.ioctl(NOTIFY, words(port));
  }

  /** @param wait - somebody will: a notification is wanted */
  poll(wait = false): number {
    return this.kernel.succeed(fuse.poll(this, this.kh, wait)).as('poll_out').revents;
  }

  release(): void {
    this.kernel.succeed(fuse.release(this));
  }
}

/**
 * Two open files with a channel between them, its first event read and the port open.
 * @returns both ends, with their ports
 */
export function connect(
  one: ServedDevice,
  domidOfOne: number,
  other: ServedDevice,
  domidOfOther: number,
): { readonly port: number; readonly otherPort: number } {
  const port = one.bindUnbound(domidOfOther);
  const otherPort = other.bindInterdomain(domidOfOne, port);
  if (port < 0 || otherPort < 0) throw new Error(`binds answered ${port} and ${otherPort}`);
  // The end that connects finds its port pending.
  other.read(4);
  other.write(otherPort);
  return { port, otherPort };
}
