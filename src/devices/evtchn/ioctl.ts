import { DOMID_FIRST_RESERVED, DOMID_SELF } from '../../abi/domid.js';
import { EACCES, EFAULT, EINVAL, EISCONN, ENOSYS, ENOTCONN } from '../../abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../../abi/ioctl.js';
import type { UserMemory } from '../../vfs/user-memory.js';
import type { OpenFile } from './open-file.js';

/** The interface of the device counts vCPUs from here: VIRQs per vCPU are bound on the first. */
const VIRQ_VCPU = 0;
/** Hypercalls carry domain numbers in 16 bits. */
const DOMID_BITS = 0xffff;

/** Where `struct ioctl_evtchn_bind_interdomain` is read to. */
const interdomain = new Uint32Array(2);
/** Input fields of the ioctl under way, for its trace; -1 for what it does not have or did not come to read. */
let first = -1;
let second = -1;

/**
 * ioctl(2) of the device (`evtchn_ioctl`). Each command makes its checks in the driver's order, which programs can see:
 * whether a restricted handle is refused before or after a bad pointer.
 * @returns the port for binds, 0 else, or a negative errno; -ENOSYS, not -ENOTTY, for an unknown command
 */
export function evtchnIoctl(
  file: OpenFile,
  command: number,
  memory: UserMemory,
  argument: number,
): number {
  if (command === IOCTL_EVTCHN_NOTIFY) {
    const port = memory.getU32(argument);
    // The file traces it itself, as it can be told to without an ioctl.
    if (port >= 0) return file.notify(port);
  }
  // A bind may deliver an event whose SIGIO handler makes an ioctl of its own.
  const outerFirst = first;
  const outerSecond = second;
  first = -1;
  second = -1;
  const result = perform(file, command, memory, argument);
  if (file.driver.trace.probe !== undefined) file.traceIoctl(command, first, second, result);
  first = outerFirst;
  second = outerSecond;
  return result;
}

function perform(file: OpenFile, command: number, memory: UserMemory, argument: number): number {
  switch (command) {
    case IOCTL_EVTCHN_NOTIFY:
      // Its argument could not be read.
      return -EFAULT;
    case IOCTL_EVTCHN_BIND_VIRQ:
      return bindVirq(file, memory, argument);
    case IOCTL_EVTCHN_BIND_INTERDOMAIN:
      return bindInterdomain(file, memory, argument);
    case IOCTL_EVTCHN_BIND_UNBOUND_PORT:
      return bindUnboundPort(file, memory, argument);
    case IOCTL_EVTCHN_UNBIND:
      return unbind(file, readFirst(memory, argument));
    case IOCTL_EVTCHN_RESET:
      return reset(file);
    case IOCTL_EVTCHN_RESTRICT_DOMID:
      return restrict(file, memory, argument);
    case IOCTL_EVTCHN_BIND_STATIC:
      return file.driver.bindStatic ? bindStatic(file, readFirst(memory, argument)) : -ENOSYS;
    default:
      return -ENOSYS;
  }
}

/** The only u32 of an argument, or -EFAULT. */
function readFirst(memory: UserMemory, argument: number): number {
  const value = memory.getU32(argument);
  first = value < 0 ? -1 : value;
  return value;
}

function bindVirq(file: OpenFile, memory: UserMemory, argument: number): number {
  if (file.restricted) return -EACCES;
  const virq = readFirst(memory, argument);
  if (virq < 0) return -EFAULT;
  const { domain } = file.driver.kernel;
  return take(file, domain.hypervisor.eventChannels.bindVirq(domain, virq, VIRQ_VCPU));
}

function bindInterdomain(file: OpenFile, memory: UserMemory, argument: number): number {
  if (!memory.copyFromUser(interdomain, argument, 2)) return -EFAULT;
  const remoteDomain = interdomain[0]!;
  const remotePort = interdomain[1]!;
  first = remoteDomain;
  second = remotePort;
  // As Linux does: compared in its full 32 bits, and only then cut to the 16 bits of the hypercall.
  if (file.restricted && file.restrictDomid !== remoteDomain) return -EACCES;
  const { domain } = file.driver.kernel;
  const xen = domain.hypervisor.eventChannels;
  return take(file, xen.bindInterdomain(domain, remoteDomain & DOMID_BITS, remotePort));
}

function bindUnboundPort(file: OpenFile, memory: UserMemory, argument: number): number {
  if (file.restricted) return -EACCES;
  const remoteDomain = readFirst(memory, argument);
  if (remoteDomain < 0) return -EFAULT;
  const { domain } = file.driver.kernel;
  const xen = domain.hypervisor.eventChannels;
  return take(file, xen.allocUnbound(domain, DOMID_SELF, remoteDomain & DOMID_BITS));
}

/** Takes a port that Xen just gave, or passes its errno on. */
function take(file: OpenFile, port: number): number {
  if (port < 0) return port;
  const rc = file.bind(port, false);
  return rc < 0 ? rc : port;
}

function unbind(file: OpenFile, port: number): number {
  if (port < 0) return -EFAULT;
  const { ports, kernel } = file.driver;
  if (port >= kernel.nrChannels) return -EINVAL;
  if (!ports.holds(file.number, port)) return -ENOTCONN;
  file.unbind(port);
  return 0;
}

function reset(file: OpenFile): number {
  const { ring } = file;
  const { trace, kernel } = file.driver;
  trace.probe?.ringReset(kernel.domain.id, file.number, ring.count, ring.overflow);
  ring.reset();
  return 0;
}

function restrict(file: OpenFile, memory: UserMemory, argument: number): number {
  if (file.restricted) return -EACCES;
  const domid = memory.getU16(argument);
  if (domid < 0) return -EFAULT;
  first = domid;
  if (domid === 0 || domid >= DOMID_FIRST_RESERVED) return -EINVAL;
  file.restrictDomid = domid;
  return 0;
}

/** As Linux does: answers 0, not the port, makes no check of the restriction, and never closes the channel. */
function bindStatic(file: OpenFile, port: number): number {
  if (port < 0) return -EFAULT;
  // Port 0 is never a channel. Linux stops at a BUG() here, which nobody can rely on.
  if (port === 0) return -EINVAL;
  if (file.driver.ports.holds(file.number, port)) return -EISCONN;
  return file.bind(port, true);
}
