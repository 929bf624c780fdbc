import {
  EACCES,
  EAGAIN,
  EBADF,
  EFBIG,
  EINVAL,
  ENODEV,
  ENOSPC,
  ENOTCONN,
  ESRCH,
} from '../abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../abi/ioctl.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import {
  checkDomid,
  checkInteger,
  checkOptions,
  checkPorts,
  checkU32,
  wrongType,
} from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { type AbortSignalLike, checkSignal } from '../vfs/abort-signal.js';
import { waitEvent } from '../vfs/blocking.js';
import type { File } from '../vfs/file.js';
import { asyncDispose, dispose } from './dispose.js';
import type { Evtchn, WaitOptions } from './evtchn.js';
import { PageMemory } from './page-memory.js';

/** What reading an empty ring answers; the compiler folds constants of its own module only. */
const NOTHING = -EAGAIN;
/** Ports one read or write moves: a page of them. */
const PORTS_PER_CALL = 1024;

/** What a reader can do about an error of the device. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [EACCES, 'the handle is restricted to one domain: bind before restrict(), or open another'],
  [EFBIG, 'events were lost: reset(), then unmask every port and look at what each stands for'],
  [ENOSPC, 'the domain is out of ports: unbind some, or give it a higher maxEvtchnPort'],
  [ESRCH, 'there is no such domain'],
]);

/**
 * {@link Evtchn} over a file of an embedded host: every call goes through the driver as a system call would.
 */
export class EmbeddedEvtchn implements Evtchn {
  readonly kind = 'embedded';
  readonly fd = -1;
  private readonly file: File;
  private readonly device: OpenFile;
  readonly #memory = new PageMemory();
  readonly #onClose: (handle: EmbeddedEvtchn) => void;
  /** Why calls fail now; 0 while the handle is open. */
  private gone = 0;

  /**
   * @param file - a file of the device, open for reading and writing; the handle's from now on
   * @param device - the driver's half of it, for calls that a system call would only wrap
   * @param onClose - called once, when the handle is closed
   */
  constructor(file: File, device: OpenFile, onClose: (handle: EmbeddedEvtchn) => void = () => {}) {
    this.file = file;
    this.device = device;
    this.#onClose = onClose;
  }

  get closed(): boolean {
    return this.gone !== 0;
  }

  bindUnboundPort(remoteDomid: number): number {
    checkDomid('remoteDomid', remoteDomid);
    return this.#ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, remoteDomid);
  }

  bindInterdomain(remoteDomid: number, remotePort: number): number {
    checkDomid('remoteDomid', remoteDomid);
    checkU32('remotePort', remotePort);
    this.#memory.words[1] = remotePort;
    return this.#ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, remoteDomid);
  }

  bindVirq(virq: number): number {
    checkU32('virq', virq);
    return this.#ioctl(IOCTL_EVTCHN_BIND_VIRQ, virq);
  }

  bindStatic(port: number): void {
    checkU32('port', port);
    this.#ioctl(IOCTL_EVTCHN_BIND_STATIC, port);
  }

  unbind(port: number): void {
    checkU32('port', port);
    this.#ioctl(IOCTL_EVTCHN_UNBIND, port);
  }

  notify(port: number): void {
    if (typeof port !== 'number' || this.device.notify(port) !== 0) this.notifyRefused(port);
  }

  private notifyRefused(port: number): void {
    checkU32('port', port);
    this.#fail('ioctl', -ENOTCONN);
  }

  unmask(port: number | readonly number[] | Uint32Array): void {
    if (typeof port !== 'number' || !this.device.writePort(port)) this.unmaskOther(port);
  }

  private unmaskOther(port: number | readonly number[] | Uint32Array): void {
    if (typeof port === 'number') checkU32('port', port);
    if (this.gone !== 0) this.#fail('write', this.gone);
    // A port that is left is not the handle's, or not masked, and ignored as the device ignores it.
    if (typeof port !== 'number') this.#unmaskAll(port);
  }

  #unmaskAll(ports: readonly number[] | Uint32Array): void {
    checkPorts('ports', ports);
    for (let start = 0; start < ports.length; start += PORTS_PER_CALL) {
      this.device.writeFrom(ports, start, Math.min(PORTS_PER_CALL, ports.length - start));
    }
  }

  tryPending(): number | undefined {
    const port = this.device.readPort();
    return port > 0 ? port : this.noPort(port);
  }

  /** There was no port to hand out: which is an error unless the handle is open and its ring simply empty. */
  private noPort(result: number): undefined {
    if (this.gone !== 0 || result !== NOTHING) this.#fail('read', result);
  }

  read(max: number = PORTS_PER_CALL): number[] {
    checkInteger('max', max, 1, PORTS_PER_CALL);
    const { words } = this.#memory;
    return Array.from(words.subarray(0, this.readUpTo(words, max)));
  }

  readInto(ports: Uint32Array): number {
    if (!(ports instanceof Uint32Array)) throw wrongType('ports', 'a Uint32Array', ports);
    return this.readUpTo(ports, Math.min(ports.length, PORTS_PER_CALL));
  }

  private readUpTo(ports: Uint32Array, max: number): number {
    const count = this.device.readInto(ports, max);
    if (count > 0) return count;
    this.noPort(count);
    return 0;
  }

  async pending(options: WaitOptions = {}): Promise<number> {
    checkOptions('options', options);
    const { signal } = options;
    checkSignal('options.signal', signal);
    for (;;) {
      if (signal?.aborted) throw signal.reason;
      const port = this.tryPending();
      if (port !== undefined) return port;
      await this.#wait(signal);
    }
  }

  /** Until there is something to look at: an event, the end of the handle, or the signal. */
  async #wait(signal: AbortSignalLike | undefined): Promise<void> {
    const { operations } = this.file;
    await waitEvent(operations.waitQueue, () => this.gone !== 0 || operations.readable, signal);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number, void> {
    while (this.gone !== EBADF) {
      let port: number;
      try {
        port = await this.pending();
      } catch (error) {
        // Closing the handle is how such a loop is meant to end.
        if (this.gone === EBADF) return;
        throw error;
      }
      try {
        yield port;
      } finally {
        if (!this.closed) this.unmask(port);
      }
    }
  }

  poll(): number {
    if (this.gone !== 0) this.#fail('poll', this.gone);
    return this.file.poll();
  }

  restrict(domid: number): void {
    checkDomid('domid', domid);
    this.#ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, domid);
  }

  reset(): void {
    this.#ioctl(IOCTL_EVTCHN_RESET, 0);
  }

  close(): void {
    this.#end(EBADF);
  }

  /** The domain is gone: waiting and later calls fail with ENODEV. */
  lose(): void {
    this.#end(ENODEV);
  }

  [dispose](): void {
    this.close();
  }

  [asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #end(reason: number): void {
    if (this.gone !== 0) return;
    this.gone = reason;
    this.#onClose(this);
    const { waitQueue } = this.file;
    this.file.put();
    waitQueue.wake();
  }

  #ioctl(command: number, word: number): number {
    if (this.gone !== 0) this.#fail('ioctl', this.gone);
    this.#memory.words[0] = word;
    const rc = this.file.ioctl(command, this.#memory, 0);
    if (rc < 0) this.#fail('ioctl', rc, command);
    return rc;
  }

  #fail(syscall: string, errno: number, command?: number): never {
    if (this.gone === EBADF) throw new EvtchnError(syscall, EBADF, 'the handle is closed');
    if (this.gone === ENODEV) throw new EvtchnError(syscall, ENODEV, 'the domain was destroyed');
    throw new EvtchnError(syscall, errno, adviceFor(-errno, command));
  }
}

function adviceFor(errno: number, command: number | undefined): string | undefined {
  if (errno === EINVAL && command === IOCTL_EVTCHN_BIND_INTERDOMAIN) {
    return 'the remote port must exist, be unbound, and be meant for this domain';
  }
  return ADVICE.get(errno);
}
