import { ENOENT } from '../abi/errno.js';
import { O_CLOEXEC, O_RDWR } from '../abi/fcntl.js';
import { virqKind } from '../abi/virq.js';
import { EmbeddedEvtchn } from '../client/embedded-evtchn.js';
import type { Soon } from '../client/embedded-source.js';
import type { Evtchn } from '../client/evtchn.js';
import type { Clock } from '../clock/clock.js';
import { EvtchnDriver, type FileNumbers } from '../devices/evtchn/driver.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import {
  checkBoolean,
  checkInteger,
  checkOptions,
  checkString,
  wrongType,
} from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { bindKernelChannels } from '../guest/boot.js';
import { GuestKernel } from '../guest/kernel.js';
import { DEFAULT_LATE_EOI, type LateEoiParameters } from '../guest/late-eoi.js';
import type { Domain } from '../hypervisor/domain.js';
import type { EventAbi } from '../hypervisor/port-ops.js';
import { type AbortSignalLike, checkSignal } from '../vfs/abort-signal.js';
import { DeviceNode, type Opener } from '../vfs/device-node.js';
import type { File } from '../vfs/file.js';
import { Hypercalls } from './hypercalls.js';

/** Where the device is. */
export const EVTCHN_PATH = '/dev/xen/evtchn';
/** How libxenevtchn opens it. */
const DEFAULT_FLAGS = O_RDWR | O_CLOEXEC;
/** Minor number of the device on the recorded host; misc minors are dynamic. */
const EVTCHN_MINOR = 122;

/** The kernel of a domain. */
export interface GuestOptions {
  /** The event-channel ABI it chooses; `fifo` unless given, as Linux does. */
  readonly abi?: EventAbi | undefined;
  /**
   * It binds channels of its own first, as Linux does: timer, IPIs, console, xenstore. Programs' ports then start where they
   * do on a real host. On unless given.
   */
  readonly kernelChannels?: boolean | undefined;
  /** Storm brake and spurious back-off; Debian's values where not given. */
  readonly lateEoi?: Partial<LateEoiParameters> | undefined;
  /** IOCTL_EVTCHN_BIND_STATIC of Linux 6.7; off unless given. */
  readonly bindStatic?: boolean | undefined;
}

/** Refuses guest options that are out of range or of the wrong type, by RangeError or TypeError. */
export function checkGuestOptions(options: GuestOptions): void {
  const { abi, lateEoi } = options;
  if (abi !== undefined && abi !== 'fifo' && abi !== 'two-level') {
    throw wrongType('abi', "'fifo' or 'two-level'", abi);
  }
  checkBoolean('kernelChannels', options.kernelChannels);
  checkBoolean('bindStatic', options.bindStatic);
  if (lateEoi === undefined) return;
  checkOptions('lateEoi', lateEoi);
  const { hz, eventLoopTimeout, eventEoiDelay, spuriousThreshold } = {
    ...DEFAULT_LATE_EOI,
    ...lateEoi,
  };
  checkInteger('lateEoi.hz', hz, 1, 1_000_000);
  checkInteger('lateEoi.eventLoopTimeout', eventLoopTimeout, 0, 0xffffffff);
  checkInteger('lateEoi.eventEoiDelay', eventEoiDelay, 0, 0xffffffff);
  checkInteger('lateEoi.spuriousThreshold', spuriousThreshold, 0, 0xff);
}

/** How to open the device. */
export interface OpenOptions {
  /** `O_*` of open(2); O_RDWR | O_CLOEXEC unless given, as libxenevtchn does. */
  readonly flags?: number | undefined;
  /** Name of the opening process, shown in traces. */
  readonly comm?: string | undefined;
  /** Its user; the device is root's alone. 0 unless given. */
  readonly uid?: number | undefined;
}

/** How to open a handle. */
export interface EmbeddedOpenOptions extends Omit<OpenOptions, 'flags'> {
  /** Closes the handle when it aborts; waiting calls reject with its reason. */
  readonly signal?: AbortSignalLike | undefined;
}

/** One domain of a host: its kernel, its device, its hypercalls. Made by `XenHost.createDomain`. */
export class HostDomain {
  /** Its number. */
  readonly domid: number;
  /** Its event-channel hypercalls. */
  readonly hypercalls: Hypercalls;
  /** Xen's view of it. @internal */
  readonly xen: Domain;
  /** The guest kernel; undefined in a domain made without one. */
  readonly kernel: GuestKernel | undefined;
  readonly #node: DeviceNode | undefined;
  readonly #driver: EvtchnDriver | undefined;
  readonly #handles = new Set<EmbeddedEvtchn>();
  readonly #onDestroy: (domain: HostDomain) => void;

  /**
   * @param guest - how its kernel is; undefined for a domain that nothing runs in
   * @internal
   */
  constructor(
    xen: Domain,
    clock: Clock,
    files: FileNumbers,
    guest: GuestOptions | undefined,
    onDestroy: (domain: HostDomain) => void,
  ) {
    this.xen = xen;
    this.domid = xen.id;
    this.hypercalls = new Hypercalls(xen, clock);
    this.#onDestroy = onDestroy;
    if (guest === undefined) return;
    const { abi = 'fifo', kernelChannels = true, lateEoi = {}, bindStatic = false } = guest;
    this.kernel = new GuestKernel(xen, clock, { abi, lateEoi });
    if (kernelChannels) bindKernelChannels(this.kernel, xen.id === 0);
    this.#driver = new EvtchnDriver(this.kernel, files, { bindStatic });
    this.#node = new DeviceNode(this.#driver, EVTCHN_MINOR);
  }

  /** It was destroyed. */
  get destroyed(): boolean {
    return this.xen.dying;
  }

  /** The driver of the device: its open files and their state. */
  get driver(): EvtchnDriver | undefined {
    return this.#driver;
  }

  /** The device's node; undefined in a domain without a kernel. @internal */
  get node(): DeviceNode | undefined {
    return this.#node;
  }

  /**
   * Opens the device for a program in this domain, for reading and writing.
   * @throws EvtchnError EACCES for another user than root; ENOENT if the domain has no kernel or was destroyed; the signal's
   * reason if it is aborted already
   */
  openEvtchn(options: EmbeddedOpenOptions = {}): Evtchn {
    return this.openHandle(options);
  }

  /**
   * {@link openEvtchn}, for who decides when those who wait are told of events.
   * @param soon - has that done; when the turn is over unless given
   * @internal
   */
  openHandle(options: EmbeddedOpenOptions, soon?: Soon): EmbeddedEvtchn {
    checkOptions('options', options);
    const { signal, ...opener } = options;
    checkSignal('options.signal', signal);
    if (signal?.aborted) throw signal.reason;
    const file = this.open({ ...opener, flags: DEFAULT_FLAGS });
    const device = file.operations as OpenFile;
    const onClose = (closed: EmbeddedEvtchn) => this.#handles.delete(closed);
    const handle = new EmbeddedEvtchn(file, device, { signal, onClose, soon });
    this.#handles.add(handle);
    return handle;
  }

  /** As {@link openEvtchn}, at the level of system calls: the open file itself, which the caller must `put`. */
  open(options: OpenOptions = {}): File {
    checkOptions('options', options);
    const { flags = DEFAULT_FLAGS, comm = 'node', uid = 0 } = options;
    checkString('comm', comm);
    checkInteger('flags', flags, 0, 0xffffffff);
    checkInteger('uid', uid, 0, 0xffffffff);
    const opener: Opener = { comm, uid };
    const file =
      this.#node === undefined || this.destroyed ? -ENOENT : this.#node.open(flags, opener);
    if (typeof file !== 'number') return file;
    const advice =
      file === -ENOENT
        ? `no ${EVTCHN_PATH} in domain ${this.domid}: nothing runs there`
        : undefined;
    throw new EvtchnError('open', file, advice);
  }

  /**
   * Raises a virtual interrupt in this domain; lost where nobody bound it.
   * @param virq - 0 to 23
   * @param vcpu - for a VIRQ per vCPU; 0 for others
   */
  raiseVirq(virq: number, vcpu = 0): void {
    checkInteger('virq', virq, 0, 23);
    const last = virqKind(virq) === 'vcpu' ? this.xen.vcpus.length - 1 : 0;
    checkInteger('vcpu', vcpu, 0, last);
    this.xen.hypervisor.raiseVirq(this.xen, virq, vcpu);
  }

  /** Its controller pauses it (`XEN_DOMCTL_pausedomain`); counts. A paused domain may be reset from outside. */
  pause(): void {
    this.xen.controllerPauseCount++;
  }

  /** Undoes one {@link pause}; without one it does nothing. */
  unpause(): void {
    if (this.xen.controllerPauseCount > 0) this.xen.controllerPauseCount--;
  }

  /**
   * Destroys the domain: every channel is closed, peers find theirs unbound and are not told. Its handles fail with ENODEV
   * from now on, waiting calls too. Twice does nothing.
   */
  destroy(): void {
    if (this.destroyed) return;
    this.xen.hypervisor.destroyDomain(this.xen);
    this.kernel?.shutdown();
    for (const file of this.#driver?.openFiles.values() ?? []) file.lose();
    for (const handle of [...this.#handles]) handle.lose();
    this.#onDestroy(this);
  }
}
