import type { GuestKernel } from '../../guest/kernel.js';
import type { Tracepoints } from '../../trace/tracepoints.js';
import type { DeviceDriver, Opener } from '../../vfs/device-node.js';
import { OpenFile } from './open-file.js';
import { PortTable } from './port-table.js';

/** How the driver behaves where kernels differ. */
export interface EvtchnDriverOptions {
  /** IOCTL_EVTCHN_BIND_STATIC, of Linux 6.7 and later. Off: it is ENOSYS, as in the kernel that was recorded. */
  readonly bindStatic?: boolean;
}

/** Hands out numbers of open files, unique in a host. */
export interface FileNumbers {
  next(): number;
}

/**
 * The driver of `/dev/xen/evtchn` in one domain (drivers/xen/evtchn.c): open files and the ports they hold.
 */
export class EvtchnDriver implements DeviceDriver {
  readonly name = 'xen/evtchn';
  /** The kernel it is part of. */
  readonly kernel: GuestKernel;
  /** Which open file holds which port. @internal */
  readonly ports: PortTable = new PortTable();
  /** {@link EvtchnDriverOptions.bindStatic} is on. */
  readonly bindStatic: boolean;
  readonly #numbers: FileNumbers;
  readonly #open = new Map<number, OpenFile>();
  /** A page to copy the ports of a write into; undefined while a write uses it. */
  #page: Uint32Array | undefined = undefined;

  /** @internal */
  constructor(kernel: GuestKernel, numbers: FileNumbers, options: EvtchnDriverOptions = {}) {
    this.kernel = kernel;
    this.#numbers = numbers;
    this.bindStatic = options.bindStatic ?? false;
  }

  /** Where it tells what it does. @internal */
  get trace(): Tracepoints {
    return this.kernel.domain.trace;
  }

  /** The files that are open, by number. */
  get openFiles(): ReadonlyMap<number, OpenFile> {
    return this.#open;
  }

  /** Makes an open file; programs open by {@link HostDomain.open}. @internal */
  open(opener: Opener): OpenFile {
    const { comm, pid = 0 } = opener;
    const file = new OpenFile(this, this.#numbers.next(), comm, pid);
    this.#open.set(file.number, file);
    this.trace.probe?.open(this.kernel.domain.id, file.number, comm, pid);
    return file;
  }

  /** A file was released. @internal */
  forget(file: OpenFile): void {
    this.#open.delete(file.number);
  }

  /** Takes the page for a write: the shared one, or one of its own if a write is under way further down. @internal */
  takePage(): Uint32Array {
    const page = this.#page ?? new Uint32Array(1024);
    this.#page = undefined;
    return page;
  }

  /** Gives the page of a write back. @internal */
  givePage(page: Uint32Array): void {
    this.#page = page;
  }
}
