import { EAGAIN, EFAULT, EFBIG, ENODEV, ENOMEM, ENOTCONN } from '../../abi/errno.js';
import { IOCTL_EVTCHN_NOTIFY } from '../../abi/ioctl.js';
import { PAGE_SIZE } from '../../abi/page.js';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../abi/poll.js';
import type { InterruptHandler } from '../../guest/irq-table.js';
import type { GuestKernel } from '../../guest/kernel.js';
import type { Tracepoints } from '../../trace/tracepoints.js';
import { FasyncQueue } from '../../vfs/fasync.js';
import type { File } from '../../vfs/file.js';
import type { FileOperations } from '../../vfs/file-operations.js';
import type { UserMemory } from '../../vfs/user-memory.js';
import { WaitQueue } from '../../vfs/wait-queue.js';
import type { EvtchnDriver } from './driver.js';
import { evtchnIoctl } from './ioctl.js';
import type { PortTable } from './port-table.js';
import { Ring } from './ring.js';

/** Bytes of a port in read and write (`sizeof(evtchn_port_t)`). */
const PORT_SHIFT = 2;
/** What reading an empty ring answers; the compiler folds constants of its own module only. */
const NOTHING = -EAGAIN;
/** `UNRESTRICTED_DOMID`. */
const UNRESTRICTED = 0xffff;

/**
 * One open file of the device (`struct per_user_data`): its ports, its ring of events, and what a program does with them.
 */
export class OpenFile implements FileOperations, InterruptHandler {
  /** The driver whose file it is. */
  readonly driver: EvtchnDriver;
  /** Unique in the host, from 1. */
  readonly number: number;
  /** `evtchn:` and the name of the process that opened it, as in `/proc/interrupts`. */
  readonly name: string;
  /** Name of the process that opened it. */
  readonly comm: string;
  /** Number of that process; 0 where there is none, as embedded. */
  readonly pid: number;
  readonly waitQueue: WaitQueue = new WaitQueue();
  /** Its events. @internal */
  readonly ring: Ring = new Ring();
  /** The only domain it may connect to; 0xffff for any. */
  restrictDomid = UNRESTRICTED;
  /** Ports it holds. */
  portCount = 0;
  /** First of them in the driver's table, 0 if it holds none. @internal */
  firstPort = 0;
  /** Its domain was destroyed. */
  private lost = false;
  /** Nobody has it open any more: what a closed handle is still asked to do is no call of the device, and not traced. */
  private released = false;
  /** {@link tell}, made once and not for each event. */
  private readonly teller: () => void;
  private readonly fasyncQueue = new FasyncQueue();
  private readonly kernel: GuestKernel;
  private readonly table: PortTable;
  private readonly trace: Tracepoints;

  /** @internal */
  constructor(driver: EvtchnDriver, number: number, comm: string, pid: number) {
    this.driver = driver;
    this.number = number;
    this.name = `evtchn:${comm}`;
    this.comm = comm;
    this.pid = pid;
    this.kernel = driver.kernel;
    this.table = driver.ports;
    this.trace = driver.trace;
    // By way of a variable: V8 takes a function that is assigned to a property at once for long-lived, and with it all it reaches.
    const teller = (): void => this.tell();
    this.teller = teller;
  }

  /**
   * The domain is gone: every call answers -ENODEV from now on, and whoever waits is told. The ports are closed already.
   * @internal
   */
  lose(): void {
    this.lost = true;
    while (this.firstPort !== 0) this.drop(this.firstPort);
    this.ring.reset();
    this.ring.overflow = true;
    this.tell();
  }

  /** Why a ring that overflowed cannot be read. */
  private get overflowed(): number {
    return this.lost ? -ENODEV : -EFBIG;
  }

  /** Restricted to one domain, for good. */
  get restricted(): boolean {
    return this.restrictDomid !== UNRESTRICTED;
  }

  /** The ring holds events; what a blocked reader waits for. */
  get readable(): boolean {
    return this.ring.cons !== this.ring.prod || this.lost;
  }

  /** The ports it holds, newest first. */
  *ports(): IterableIterator<number> {
    const table = this.table;
    for (let port = this.firstPort; port !== 0; port = table.next(port)) yield port;
  }

  /** An event came on one of its ports (`evtchn_interrupt`). The port is disabled until it is written back. @internal */
  interrupt(port: number): void {
    this.table.owners[port] = this.number << 1;
    const queued = this.ring.push(port);
    if (this.trace.probe !== undefined) this.traceInterrupt(port, queued);
    // Overflow wakes nobody. Nor does an event behind others: whoever waits was told of the first.
    if (queued === 1) this.tell();
  }

  /** As {@link interrupt}; there is no trace when events take the short way. @internal */
  post(port: number): void {
    this.table.owners[port] = this.number << 1;
    if (this.ring.push(port) === 1 && this.waitQueue.size + this.fasyncQueue.size !== 0) {
      this.tellInside(port);
    }
  }

  private tellInside(port: number): void {
    const { domain } = this.kernel;
    domain.hypervisor.insideUpcall(domain, port, this.teller);
  }

  /** Wakes readers and pollers, and sends SIGIO. */
  private tell(): void {
    this.waitQueue.wake();
    this.fasyncQueue.signalInput();
  }

  /**
   * read(2): as many ports as fit, oldest first (`evtchn_read`).
   * @returns bytes; 0 for a count below 4, before all else; -EFBIG after an overflow, also while entries are left; -EAGAIN
   * when the ring is empty; -EFAULT, with nothing consumed
   */
  read(memory: UserMemory, address: number, count: number): number {
    const wanted = (count > PAGE_SIZE ? PAGE_SIZE : count) >>> PORT_SHIFT;
    if (wanted === 0) return 0;
    const result = this.readPorts(memory, address, wanted);
    if (this.trace.probe !== undefined) this.traceRead(result);
    return result;
  }

  /**
   * read(2) of one port without a buffer to put it in.
   * @returns the port, or -EFBIG or -EAGAIN as {@link read}
   */
  readPort(): number {
    const { ring } = this;
    if (ring.cons === ring.prod || ring.overflow || this.trace.probe !== undefined) {
      return this.readPortOrWhy();
    }
    const { entries, cons } = ring;
    ring.cons = (cons + 1) | 0;
    // Ports fit in 31 bits: said so, the number stays an integer of the machine.
    return entries[cons & (entries.length - 1)]! | 0;
  }

  private readPortOrWhy(): number {
    const ports = new Uint32Array(1);
    const count = this.readInto(ports, 1);
    return count < 0 ? count : ports[0]!;
  }

  private readPorts(memory: UserMemory, address: number, wanted: number): number {
    const ring = this.ring;
    if (ring.overflow) return this.overflowed;
    const cons = ring.cons;
    const unread = (ring.prod - cons) | 0;
    if (unread === 0) return -EAGAIN;
    const ports = unread < wanted ? unread : wanted;
    const { entries } = ring;
    const start = cons & (entries.length - 1);
    const tillEnd = entries.length - start;
    // Where the ring wraps there are two pieces; a fault in the second takes back the first.
    const first = ports < tillEnd ? ports : tillEnd;
    if (!memory.copyToUser(address, entries, start, first)) return -EFAULT;
    if (ports > first) {
      const rest = address + (first << PORT_SHIFT);
      if (!memory.copyToUser(rest, entries, 0, ports - first)) return -EFAULT;
    }
    ring.cons = (cons + ports) | 0;
    return ports << PORT_SHIFT;
  }

  /**
   * write(2): re-enables ports, in the order of the list; an event that came meanwhile is delivered at once
   * (`evtchn_write`). Ports that are not its own or are enabled are passed over. A port named twice is worked through
   * twice: the first time may deliver an event, the second enables it again.
   * @returns bytes, a whole number of ports and at most 4096; -EFAULT, with nothing enabled
   */
  write(memory: UserMemory, address: number, count: number): number {
    const ports = (count > PAGE_SIZE ? PAGE_SIZE : count) >>> PORT_SHIFT;
    const result = this.lost ? -ENODEV : this.writePorts(memory, address, ports);
    if (this.trace.probe !== undefined) this.traceWrite(result);
    return result;
  }

  /**
   * read(2) into an array.
   * @param max - ports at most, up to 1024
   * @returns how many ports there are in front of it now, or -EFBIG or -EAGAIN as {@link read}
   */
  readInto(ports: Uint32Array, max: number): number {
    const { ring } = this;
    const { entries, cons } = ring;
    const unread = (ring.prod - cons) | 0;
    const count = unread < max ? unread : max;
    let result = ring.overflow ? this.overflowed : NOTHING;
    if (count > 0 && !ring.overflow) {
      for (let i = 0; i < count; i++) ports[i] = entries[(cons + i) & (entries.length - 1)]!;
      ring.cons = (cons + count) | 0;
      result = count;
    }
    if (this.trace.probe !== undefined) this.traceRead(result < 0 ? result : count << PORT_SHIFT);
    return result;
  }

  /** write(2) of `count` ports of an array, from `start` on; 1024 at most. */
  writeFrom(ports: ArrayLike<number>, start: number, count: number): void {
    const end = start + count;
    if (this.trace.probe === undefined) {
      for (let i = start; i < end; i++) this.enable(ports[i]! | 0);
      return;
    }
    for (let i = start; i < end; i++) this.enableTraced(ports[i]! | 0);
    this.traceWrite(this.lost ? -ENODEV : count << PORT_SHIFT);
  }

  /**
   * write(2) of one port without a buffer to take it from.
   * @returns true if it enabled the port; false, as for any port that is not its own or is enabled, if nothing came of it
   */
  writePort(port: number): boolean {
    const { owners } = this.table;
    const disabled = this.number << 1;
    if (owners[port] !== disabled || this.trace.probe !== undefined) {
      return this.writePortTraced(port);
    }
    owners[port] = disabled | 1;
    this.kernel.lateEoi(port, false);
    return true;
  }

  private writePortTraced(port: number): boolean {
    const disabled = this.table.owners[port] === this.number << 1;
    this.writeFrom([port], 0, 1);
    return disabled;
  }

  private writePorts(memory: UserMemory, address: number, ports: number): number {
    if (ports === 0) return 0;
    const page = this.driver.takePage();
    try {
      if (!memory.copyFromUser(page, address, ports)) return -EFAULT;
      for (let i = 0; i < ports; i++) this.enableTraced(page[i]! | 0);
    } finally {
      this.driver.givePage(page);
    }
    return ports << PORT_SHIFT;
  }

  private enableTraced(port: number): void {
    if (this.trace.probe !== undefined && this.table.owners[port] === this.number << 1) {
      this.traceEoi(port);
    }
    this.enable(port);
  }

  private enable(port: number): void {
    const { owners } = this.table;
    const disabled = this.number << 1;
    // Held by this file and disabled; undefined beyond the table.
    if (owners[port] !== disabled) return;
    owners[port] = disabled | 1;
    // As Linux does: never as spurious, so no program is backed off for reading nothing.
    this.kernel.lateEoi(port, false);
  }

  /** IOCTL_EVTCHN_NOTIFY: an event to the peer. @returns 0, or -ENOTCONN for a port the file does not hold */
  notify(port: number): number {
    const held = this.table.holds(this.number, port);
    // As Linux does: what Xen answers, EINVAL for a virq, is ignored.
    if (held) this.kernel.notifyRemoteViaEvtchn(port);
    const result = held ? 0 : -ENOTCONN;
    if (this.trace.probe !== undefined) this.traceNotify(port, result);
    return result;
  }

  ioctl(command: number, memory: UserMemory, argument: number): number {
    if (!this.lost) return evtchnIoctl(this, command, memory, argument);
    if (this.trace.probe !== undefined) this.traceIoctl(command, -1, -1, -ENODEV);
    return -ENODEV;
  }

  /** Writable always, readable while the ring holds events; after an overflow an error and nothing else. */
  poll(): number {
    if (this.ring.overflow) return this.lost ? POLLERR | POLLHUP : POLLERR;
    return this.readable ? POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM : POLLOUT | POLLWRNORM;
  }

  fasync(fd: number, file: File, on: boolean): number {
    return this.fasyncQueue.set(fd, file, on);
  }

  /** Unbinds and closes every port (`evtchn_release`). */
  release(): void {
    while (this.firstPort !== 0) this.unbind(this.firstPort);
    this.ring.reset();
    this.driver.forget(this);
    this.trace.probe?.release(this.kernel.domain.id, this.number);
    this.released = true;
  }

  /**
   * Takes a port in: room in the ring, an irq, enabled (`evtchn_bind_to_user`). An event that is pending is delivered here.
   * @param isStatic - somebody else's port: it is not closed when this fails
   * @returns 0 or a negative errno, with the port closed
   * @internal
   */
  bind(port: number, isStatic: boolean): number {
    const kernel = this.kernel;
    const ports = this.table;
    if (port >= kernel.maxChannels) return -ENOMEM;
    const held = kernel.irqFromEvtchn(port) >= 0;
    if (!held) {
      ports.add(this.number, port, this.firstPort);
      this.firstPort = port;
      this.portCount++;
      this.ring.fit(this.portCount);
      this.trace.probe?.bind(kernel.domain.id, this.number, port);
    }
    const irq = kernel.bindEvtchnToIrqHandlerLateEoi(port, this);
    if (irq < 0) {
      if (!held) this.drop(port);
      if (!isStatic) kernel.domain.hypervisor.eventChannels.close(kernel.domain, port);
      return irq;
    }
    if (isStatic) kernel.evtchnMakeStatic(port);
    return kernel.evtchnMakeRefcounted(port);
  }

  /** Gives a port up: the channel is closed unless another driver holds it (`evtchn_unbind_from_user`). @internal */
  unbind(port: number): void {
    const kernel = this.kernel;
    kernel.unbindFromIrqHandler(kernel.irqFromEvtchn(port));
    this.drop(port);
  }

  private drop(port: number): void {
    this.firstPort = this.table.remove(port, this.firstPort);
    this.portCount--;
    this.trace.probe?.unbind(this.kernel.domain.id, this.number, port);
  }

  private traceEoi(port: number): void {
    this.trace.probe!.eoi(this.kernel.domain.id, this.number, port);
  }

  private traceWrite(result: number): void {
    if (this.released) return;
    this.trace.probe!.write(this.kernel.domain.id, this.number, result);
  }

  private traceInterrupt(port: number, queued: number): void {
    this.trace.probe!.interrupt(this.kernel.domain.id, this.number, port, queued);
  }

  private traceNotify(port: number, result: number): void {
    this.traceIoctl(IOCTL_EVTCHN_NOTIFY, port, -1, result);
  }

  /** Tells of an ioctl that is over; only called while there is a probe. @internal */
  traceIoctl(command: number, first: number, second: number, result: number): void {
    if (this.released) return;
    const domid = this.kernel.domain.id;
    this.trace.probe!.ioctl(domid, this.number, command, first, second, result);
  }

  private traceRead(result: number): void {
    if (this.released) return;
    const { entries, cons } = this.ring;
    const ports = result > 0 ? result >>> PORT_SHIFT : 0;
    this.trace.probe!.read(this.kernel.domain.id, this.number, entries, cons - ports, result);
  }
}
