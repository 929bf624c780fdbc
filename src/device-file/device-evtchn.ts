import { EFBIG, EINTR, ENOSYS, ENOTTY } from '../abi/errno.js';
import { IOCTL_EVTCHN_BIND_STATIC, IOCTL_EVTCHN_NOTIFY } from '../abi/ioctl.js';
import { POLLERR, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/poll.js';
import { asyncDispose } from '../client/dispose.js';
import { PORTS_PER_CALL } from '../client/event-source.js';
import { EvtchnHandle } from '../client/evtchn-handle.js';
import { checkPorts, checkU32, wrongType } from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { pollDescriptors, revents } from '../native/descriptor.js';
import { closeFile } from '../native/file-descriptor.js';
import { ioctlWords } from '../native/ioctl.js';
import { lastErrno } from '../native/libc.js';
import type { AbortSignalLike } from '../vfs/abort-signal.js';
import { DeviceSource } from './device-source.js';

/** All that poll(2) can say of the device. */
const POLL_EVENTS = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

/** {@link Evtchn} over a descriptor of a device file: the kernel's, or one that is served. */
export class DeviceEvtchn extends EvtchnHandle {
  readonly kind = 'device';
  protected readonly lost = 'the device is gone: its server has ended, or its domain';
  readonly #fd: number;
  readonly #source: DeviceSource;
  /** Arguments of calls. */
  readonly #words = new Uint32Array(2);
  readonly #pollEntry = new Int32Array(2);

  /**
   * @param fd - of the device, O_NONBLOCK; the handle's from now on
   * @param signal - closes the handle when it aborts; not aborted yet
   */
  constructor(fd: number, signal?: AbortSignalLike) {
    const source = new DeviceSource(fd, (error) => this.demultiplexer.fail(error));
    super(source, signal);
    this.#fd = fd;
    this.#source = source;
  }

  get fd(): number {
    return this.closed ? -1 : this.#fd;
  }

  notify(port: number): void {
    checkU32('port', port);
    this.checkOpen('ioctl');
    const rc = this.command(IOCTL_EVTCHN_NOTIFY, port, 0);
    if (rc < 0) this.refuse('ioctl', rc);
  }

  unmask(port: number | readonly number[] | Uint32Array): void {
    if (typeof port === 'number') {
      checkU32('port', port);
      this.checkOpen('write');
      this.#words[0] = port;
      this.#give(this.#words, 1);
      return;
    }
    checkPorts('ports', port);
    this.checkOpen('write');
    const ports = port instanceof Uint32Array ? port : Uint32Array.from(port);
    for (let start = 0; start < ports.length; start += PORTS_PER_CALL) {
      const some = ports.subarray(start, start + PORTS_PER_CALL);
      this.#give(some, some.length);
    }
  }

  #give(ports: Uint32Array, count: number): void {
    const rc = this.#source.unmask(ports, count);
    if (rc < 0) this.refuse('write', rc);
  }

  tryPending(): number | undefined {
    const one = this.#words;
    return this.#take(one, 1) > 0 ? one[0] : undefined;
  }

  readInto(ports: Uint32Array): number {
    if (!(ports instanceof Uint32Array)) throw wrongType('ports', 'a Uint32Array', ports);
    return this.#take(ports, Math.min(ports.length, PORTS_PER_CALL));
  }

  #take(ports: Uint32Array, max: number): number {
    this.checkOpen('read');
    const { demultiplexer } = this;
    const taker = demultiplexer.plain ? this.#source : undefined;
    const count = taker?.take(ports, max) ?? demultiplexer.takeInto(ports, max);
    if (count < 0) this.refuse('read', count);
    return count;
  }

  /** As {@link tryPending}, without asking the device where it is known to have nothing. */
  protected override look(): number | undefined {
    return this.demultiplexer.plain && this.#source.quiet && !this.closed
      ? undefined
      : this.tryPending();
  }

  poll(): number {
    this.checkOpen('poll');
    return this.#revents() | this.demultiplexer.readiness;
  }

  #revents(): number {
    const entry = this.#pollEntry;
    entry[0] = this.#fd;
    entry[1] = POLL_EVENTS;
    while (pollDescriptors(entry, 1, 0) < 0) {
      const errno = lastErrno();
      if (errno !== EINTR) throw new EvtchnError('poll', errno);
    }
    return revents(entry, 0);
  }

  ref(): this {
    this.#source.keepAlive(true);
    return this;
  }

  unref(): this {
    this.#source.keepAlive(false);
    return this;
  }

  /** Resolves when the waiting thread is over, if this was the last handle it waited for. */
  override async [asyncDispose](): Promise<void> {
    this.close();
    await this.#source.over();
  }

  protected command(command: number, first: number, second: number): number {
    const words = this.#words;
    words[0] = first;
    words[1] = second;
    const rc = ioctlWords(this.#fd, command, words);
    if (rc >= 0) return rc;
    const errno = lastErrno();
    // FUSE turns a server's ENOSYS into this.
    return errno === ENOTTY && command === IOCTL_EVTCHN_BIND_STATIC ? -ENOSYS : -errno;
  }

  protected release(): void {
    this.#source.close();
    closeFile(this.#fd);
  }

  protected override errorOf(syscall: string, errno: number, command?: number): EvtchnError {
    return this.#check(errno) ? this.goneError(syscall) : super.errorOf(syscall, errno, command);
  }

  /**
   * Looks whether the device is gone, after a call failed: what a call that was refused answers may be the same.
   * @returns whether it is; the handle is lost then
   */
  #check(errno: number): boolean {
    if (this.gone !== 0) return true;
    if (errno === -EFBIG || (this.#revents() & POLLERR) === 0) return false;
    // After an overflow there is the same bit; then this reads nothing.
    const rc = this.#source.take(this.#words, 1);
    if (rc >= 0 || rc === -EFBIG) return false;
    this.end(-rc);
    return true;
  }
}
