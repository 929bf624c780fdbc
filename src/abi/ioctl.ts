/**
 * ioctl request numbers. A request is 32 bits: number 0..7, type 8..15, size of the argument
 * 16..29, direction 30..31. Mirrors `asm-generic/ioctl.h`; the requests of the device are those of
 * `include/uapi/xen/evtchn.h`, the generic ones of `asm-generic/ioctls.h` and `linux/fs.h`.
 */

import {
  ioctlEvtchnBind,
  ioctlEvtchnBindInterdomain,
  ioctlEvtchnBindUnboundPort,
  ioctlEvtchnBindVirq,
  ioctlEvtchnNotify,
  ioctlEvtchnRestrictDomid,
  ioctlEvtchnUnbind,
} from './evtchn-ioctl-structs.js';
import type { StructFields, StructLayout } from './struct.js';

const IOC_NRBITS = 8;
const IOC_TYPEBITS = 8;
const IOC_SIZEBITS = 14;
const IOC_DIRBITS = 2;
const IOC_TYPESHIFT = IOC_NRBITS;
const IOC_SIZESHIFT = IOC_TYPESHIFT + IOC_TYPEBITS;
const IOC_DIRSHIFT = IOC_SIZESHIFT + IOC_SIZEBITS;

/** Direction of a request: nothing is announced (the evtchn requests all have this one). */
export const IOC_NONE = 0;

/** Direction of a request: the program hands data to the kernel. */
export const IOC_WRITE = 1;

/** Direction of a request: the kernel hands data to the program. */
export const IOC_READ = 2;

/** The parts of a request number. */
export interface IocParts {
  /** Direction: {@link IOC_NONE}, or {@link IOC_WRITE} and {@link IOC_READ} or-ed; 0..3. */
  readonly dir: number;
  /** Type ("magic"), 0..255. */
  readonly type: number;
  /** Number within the type, 0..255. */
  readonly nr: number;
  /** Size of the argument in bytes, 0..16383. */
  readonly size: number;
}

/**
 * Makes a request number, as the macro `_IOC` does.
 *
 * @param dir - direction, 0..3
 * @param type - type, 0..255
 * @param nr - number, 0..255
 * @param size - size of the argument in bytes, 0..16383
 * @returns the request, 0..2^32-1
 * @throws RangeError if a part is not a whole number in its range
 */
export function ioc(dir: number, type: number, nr: number, size: number): number {
  const high = part('dir', dir, IOC_DIRBITS) << IOC_DIRSHIFT;
  const middle = part('size', size, IOC_SIZEBITS) << IOC_SIZESHIFT;
  const low = (part('type', type, IOC_TYPEBITS) << IOC_TYPESHIFT) | part('nr', nr, IOC_NRBITS);
  return (high | middle | low) >>> 0;
}

/**
 * Takes a request number apart.
 *
 * @param request - the request; bits above 31 are ignored, as the kernel does
 */
export function decodeIoc(request: number): IocParts {
  return {
    dir: request >>> IOC_DIRSHIFT,
    type: (request >>> IOC_TYPESHIFT) & maskOf(IOC_TYPEBITS),
    nr: request & maskOf(IOC_NRBITS),
    size: (request >>> IOC_SIZESHIFT) & maskOf(IOC_SIZEBITS),
  };
}

function maskOf(bits: number): number {
  return (1 << bits) - 1;
}

function part(name: string, value: number, bits: number): number {
  const max = maskOf(bits);
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${name} ${value} of an ioctl is not in 0..${max}`);
  }
  return value;
}

/** The type of all requests of the device: the letter E. */
export const EVTCHN_IOC_TYPE = 0x45;

/** One row of {@link EVTCHN_IOCTLS}. */
export interface EvtchnIoctl {
  /** Name of the request, as in the header. */
  readonly name: string;
  /** Number within the type, 0..7. */
  readonly nr: number;
  /** Layout of the argument; null if there is none. */
  readonly struct: StructLayout<StructFields> | null;
  /** The request number. */
  readonly request: number;
}

function evtchnIoctl<Struct extends { readonly size: number } | null>(nr: number, struct: Struct) {
  return { nr, struct, request: ioc(IOC_NONE, EVTCHN_IOC_TYPE, nr, struct?.size ?? 0) } as const;
}

const EVTCHN_IOCTL_ROWS = {
  IOCTL_EVTCHN_BIND_VIRQ: evtchnIoctl(0, ioctlEvtchnBindVirq),
  IOCTL_EVTCHN_BIND_INTERDOMAIN: evtchnIoctl(1, ioctlEvtchnBindInterdomain),
  IOCTL_EVTCHN_BIND_UNBOUND_PORT: evtchnIoctl(2, ioctlEvtchnBindUnboundPort),
  IOCTL_EVTCHN_UNBIND: evtchnIoctl(3, ioctlEvtchnUnbind),
  IOCTL_EVTCHN_NOTIFY: evtchnIoctl(4, ioctlEvtchnNotify),
  IOCTL_EVTCHN_RESET: evtchnIoctl(5, null),
  IOCTL_EVTCHN_RESTRICT_DOMID: evtchnIoctl(6, ioctlEvtchnRestrictDomid),
  IOCTL_EVTCHN_BIND_STATIC: evtchnIoctl(7, ioctlEvtchnBind),
} as const;

/** The requests of `/dev/xen/evtchn`, in the order of their numbers; frozen. */
export const EVTCHN_IOCTLS: readonly EvtchnIoctl[] = Object.freeze(
  Object.entries(EVTCHN_IOCTL_ROWS).map(([name, row]) => Object.freeze({ name, ...row })),
);

/** Bind a new port to a VIRQ, on vCPU 0. Argument: ioctl_evtchn_bind_virq. 0x44500. */
export const IOCTL_EVTCHN_BIND_VIRQ = EVTCHN_IOCTL_ROWS.IOCTL_EVTCHN_BIND_VIRQ.request;

/** Bind a new port to another domain's. Argument: ioctl_evtchn_bind_interdomain. 0x84501. */
export const IOCTL_EVTCHN_BIND_INTERDOMAIN =
  EVTCHN_IOCTL_ROWS.IOCTL_EVTCHN_BIND_INTERDOMAIN.request;

/** Make a port another domain can bind to. Argument: ioctl_evtchn_bind_unbound_port. 0x44502. */
export const IOCTL_EVTCHN_BIND_UNBOUND_PORT =
  EVTCHN_IOCTL_ROWS.IOCTL_EVTCHN_BIND_UNBOUND_PORT.request;

/** Give a port back. Argument: ioctl_evtchn_unbind. 0x44503. */
export const IOCTL_EVTCHN_UNBIND = EVTCHN_IOCTL_ROWS.IOCTL_EVTCHN_UNBIND.request;

/** Send an event through a port. Argument: ioctl_evtchn_notify. 0x44504. */
export const IOCTL_EVTCHN_NOTIFY = EVTCHN_IOCTL_ROWS.IOCTL_EVTCHN_NOTIFY.request;

/** Empty the ring and clear its overflow. No argument. 0x4505. */
export const IOCTL_EVTCHN_RESET = EVTCHN_IOCTL_ROWS.IOCTL_EVTCHN_RESET.request;

/** Restrict the open file to one domain, for good. Argument: ioctl_evtchn_restrict_domid. 0x24506. */
export const IOCTL_EVTCHN_RESTRICT_DOMID = EVTCHN_IOCTL_ROWS.IOCTL_EVTCHN_RESTRICT_DOMID.request;

/** Take over a static port (Linux 6.7 and later). Argument: ioctl_evtchn_bind. 0x44507. */
export const IOCTL_EVTCHN_BIND_STATIC = EVTCHN_IOCTL_ROWS.IOCTL_EVTCHN_BIND_STATIC.request;

const VFS_IOCTL_ROWS = {
  FIBMAP: ioc(IOC_NONE, 0, 1, 0),
  FIGETBSZ: ioc(IOC_NONE, 0, 2, 0),
  TCGETS: 0x5401,
  FIONREAD: 0x541b,
  FIONBIO: 0x5421,
  FIONCLEX: 0x5450,
  FIOCLEX: 0x5451,
  FIOASYNC: 0x5452,
  FIOQSIZE: 0x5460,
} as const;

/** Number of a block of a file on its disk (`linux/fs.h`). 1. */
export const FIBMAP = VFS_IOCTL_ROWS.FIBMAP;

/** Block size of the file system (`linux/fs.h`). 2. */
export const FIGETBSZ = VFS_IOCTL_ROWS.FIGETBSZ;

/** Settings of a terminal; `isatty` asks for them (`asm-generic/ioctls.h`). */
export const TCGETS = VFS_IOCTL_ROWS.TCGETS;

/** Bytes that can be read at once (`asm-generic/ioctls.h`). */
export const FIONREAD = VFS_IOCTL_ROWS.FIONREAD;

/** Set or clear O_NONBLOCK (`asm-generic/ioctls.h`). */
export const FIONBIO = VFS_IOCTL_ROWS.FIONBIO;

/** Clear the descriptor's close-on-exec flag (`asm-generic/ioctls.h`). */
export const FIONCLEX = VFS_IOCTL_ROWS.FIONCLEX;

/** Set the descriptor's close-on-exec flag (`asm-generic/ioctls.h`). */
export const FIOCLEX = VFS_IOCTL_ROWS.FIOCLEX;

/** Set or clear O_ASYNC (`asm-generic/ioctls.h`). */
export const FIOASYNC = VFS_IOCTL_ROWS.FIOASYNC;

/** Bytes a file, directory or link takes (`asm-generic/ioctls.h`). */
export const FIOQSIZE = VFS_IOCTL_ROWS.FIOQSIZE;

const NAMES: ReadonlyMap<number, string> = new Map([
  ...EVTCHN_IOCTLS.map(({ request, name }) => [request, name] as const),
  ...Object.entries(VFS_IOCTL_ROWS).map(([name, request]) => [request, name] as const),
]);

/**
 * The name of a request.
 *
 * @param request - the request; bits above 31 are ignored, as the kernel does
 * @returns the header's name; the number in hexadecimal (`'0x44599'`) for any other request
 */
export function ioctlName(request: number): string {
  const command = request >>> 0;
  return NAMES.get(command) ?? `0x${command.toString(16)}`;
}

const REQUESTS: ReadonlyMap<string, number> = new Map(
  [...NAMES].map(([request, name]) => [name, request] as const),
);

/**
 * The request of a name that {@link ioctlName} gives.
 *
 * @param name - the header's name, or a number in hexadecimal
 * @returns the request; undefined for any other text
 */
export function ioctlRequest(name: string): number | undefined {
  const request = REQUESTS.get(name);
  if (request !== undefined) return request;
  return /^0x[0-9a-f]{1,8}$/.test(name) ? Number(name) : undefined;
}
