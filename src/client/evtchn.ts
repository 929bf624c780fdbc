import type { EvtchnChannel } from './channel.js';
import type { WaitOptions } from './wait-options.js';

/** What stands behind a handle: a device in this process, or a file. */
export type EvtchnKind = 'embedded' | 'device';

/**
 * An open event-channel device: everything of libxenevtchn (`xenevtchn.h`), and what the driver offers beyond it. The same
 * interface stands over the embedded device, over a file that is served, and over the kernel's own.
 *
 * A port whose event was taken is masked until it is unmasked; events that come meanwhile are remembered as one. When that
 * is depends on the form of waiting:
 *
 * | form | unmasks the port |
 * |---|---|
 * | {@link tryPending}, {@link pending}, {@link read}, {@link readInto} | never: {@link unmask} does |
 * | `for await (const port of evtchn)` | when the turn of the loop is left, however it is left |
 * | {@link channel} | when somebody waits for more events than were seen |
 *
 * Every call throws {@link EvtchnError} with the device's errno, `EBADF` after {@link close}, and `TypeError` or
 * `RangeError` for arguments that no device is asked about. Calls that wait reject likewise.
 */
export interface Evtchn extends Disposable, AsyncDisposable, AsyncIterable<number> {
  /** What stands behind it; for messages, not for decisions. */
  readonly kind: EvtchnKind;
  /**
   * The descriptor, or -1 where there is none (`xenevtchn_fd`): to be polled, or handed on. Events that this handle has
   * taken already, for calls that wait, are not seen there.
   */
  readonly fd: number;
  /** {@link close} was called, or the device is gone. */
  readonly closed: boolean;

  /**
   * A new port that a domain may connect to (`xenevtchn_bind_unbound_port`). The domain need not exist.
   * @param remoteDomid - 0 to 65535; 0x7FF0 is this domain
   * @returns the port
   * @throws EvtchnError EACCES on a restricted handle, ENOSPC when the domain is out of ports
   */
  bindUnboundPort(remoteDomid: number): number;

  /**
   * Connects a new port to one that another domain made for this one (`xenevtchn_bind_interdomain`). The new port has an
   * event at once, without anybody having sent one.
   * @returns the new port
   * @throws EvtchnError EACCES if the handle is restricted to another domain, ESRCH for no such domain, ENOSPC, EINVAL for a
   * port that is not there, not unbound, or meant for somebody else
   */
  bindInterdomain(remoteDomid: number, remotePort: number): number;

  /**
   * A port for a virtual interrupt, on vCPU 0 (`xenevtchn_bind_virq`).
   * @param virq - 0 to 23, see `VIRQ_*`
   * @throws EvtchnError EACCES on a restricted handle, EINVAL for an unknown number, EEXIST if the domain has it bound, ENOSPC
   */
  bindVirq(virq: number): number;

  /**
   * Takes in a port that exists already, and never closes it (IOCTL_EVTCHN_BIND_STATIC, Linux 6.7).
   * @throws EvtchnError ENOSYS where the kernel does not have it, EISCONN if this handle holds the port, EBUSY if another does
   */
  bindStatic(port: number): void;

  /**
   * Closes a port (`xenevtchn_unbind`); an event of it that is unread stays to be read.
   * @throws EvtchnError EINVAL for a number beyond those set up so far, ENOTCONN for a port that is not this handle's
   */
  unbind(port: number): void;

  /**
   * Sends an event (`xenevtchn_notify`). On a port that nobody is connected to it is lost, without an error.
   * @throws EvtchnError ENOTCONN for a port that is not this handle's
   */
  notify(port: number): void;

  /**
   * Lets a port, or several in one call, have events again (`xenevtchn_unmask`); one that came meanwhile is queued at once.
   * Ports that are not this handle's, or not masked, are ignored, as the device does. More than 1024 ports take several
   * calls of the device.
   */
  unmask(port: number | readonly number[] | Uint32Array): void;

  /**
   * The oldest event's port, which stays masked; undefined if there is none. Never waits.
   * @throws EvtchnError EFBIG after the ring overflowed, until {@link reset}
   */
  tryPending(): number | undefined;

  /**
   * Waits for an event (`xenevtchn_pending`) and resolves to its port, which stays masked. Several may wait: each event is
   * handed to one of them, who waited longest first. Ports that have a {@link channel} are passed over.
   * @throws (rejects) EvtchnError EFBIG after an overflow, EBADF when the handle is closed meanwhile, ENODEV when its domain
   * is destroyed, or what the lost device answers; the signal's reason when it aborts
   */
  pending(options?: WaitOptions): Promise<number>;

  /**
   * Up to `max` ports with an event, oldest first; none if there are none. They stay masked. Never waits.
   * @param max - 1 to 1024
   * @throws EvtchnError EFBIG after an overflow
   */
  read(max?: number): number[];

  /**
   * As {@link read}, into an array of the caller's: nothing is allocated.
   * @returns how many of its first elements were filled, at most 1024
   * @throws EvtchnError EFBIG after an overflow
   */
  readInto(ports: Uint32Array): number;

  /** Poll bits that hold now: POLLIN while there are events, POLLOUT, or POLLERR alone after an overflow. */
  poll(): number;

  /**
   * Lets the handle connect to one domain only, and bind nothing else, for good (`xenevtchn_restrict`).
   * @param domid - 1 to 0x7FEF
   * @throws EvtchnError EACCES if it is restricted already, EINVAL for 0 and reserved numbers
   */
  restrict(domid: number): void;

  /**
   * Throws unread events away and ends an overflow (IOCTL_EVTCHN_RESET). Their ports stay masked until {@link unmask}, or
   * until somebody waits on their {@link channel}; an event that overflowed is gone.
   */
  reset(): void;

  /**
   * The events of one port, counted: see {@link EvtchnChannel}. While there is a channel, the events of its port are the
   * channel's, and no other form of waiting or reading sees them.
   * @param port - a port of this handle; the device is not asked
   * @returns the channel of the port, the same one until it is closed
   */
  channel(port: number): EvtchnChannel;

  /** From now on the process stays alive while somebody waits on this handle: which is so unless {@link unref} was called. */
  ref(): this;

  /** From now on the process may end although somebody waits on this handle. */
  unref(): this;

  /**
   * Closes the handle and every port of it. Waiting calls reject with EBADF. Closing twice does nothing.
   * `Symbol.dispose` is the same; `Symbol.asyncDispose` resolves when nothing of the handle is left, no thread either.
   */
  close(): void;

  /**
   * Events, for ever: each turn of the loop gets a port, and the port is unmasked when the turn is left, however it is left,
   * so that no event is lost to a loop that ends early. The loop ends when the handle is closed.
   */
  [Symbol.asyncIterator](): AsyncIterator<number, void>;
}
