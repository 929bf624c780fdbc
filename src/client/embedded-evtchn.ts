import { EAGAIN, ENODEV, ENOTCONN } from '../abi/errno.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import { checkPorts, checkU32, wrongType } from '../errors/argument.js';
import type { AbortSignalLike } from '../vfs/abort-signal.js';
import type { File } from '../vfs/file.js';
import { EmbeddedSource, type Soon } from './embedded-source.js';
import { PORTS_PER_CALL } from './event-source.js';
import { EvtchnHandle } from './evtchn-handle.js';
import { PageMemory } from './page-memory.js';

/** Words of the largest argument of an ioctl of the device. */
const ARGUMENT_WORDS = 2;
/** What reading an empty ring answers; the compiler folds constants of its own module only. */
const NOTHING = -EAGAIN;

/** What an {@link EmbeddedEvtchn} is made with. */
export interface EmbeddedEvtchnOptions {
  /** Closes it when it aborts. */
  readonly signal?: AbortSignalLike | undefined;
  /** Called once, when the handle is closed. */
  readonly onClose?: ((handle: EmbeddedEvtchn) => void) | undefined;
  /** Has those who wait told of events; when the turn is over unless given. */
  readonly soon?: Soon | undefined;
}

/**
 * {@link Evtchn} over a file of an embedded host: every call goes through the driver as a system call would.
 */
export class EmbeddedEvtchn extends EvtchnHandle {
  readonly kind = 'embedded';
  readonly fd = -1;
  protected readonly lost = 'the domain was destroyed';
  private readonly file: File;
  private readonly device: OpenFile;
  readonly #memory = new PageMemory(ARGUMENT_WORDS);
  readonly #onClose: ((handle: EmbeddedEvtchn) => void) | undefined;

  /**
   * @param file - a file of the device, open for reading and writing; the handle's from now on
   * @param device - the driver's half of it, for calls that a system call would only wrap
   */
  constructor(file: File, device: OpenFile, { signal, onClose, soon }: EmbeddedEvtchnOptions = {}) {
    super(new EmbeddedSource(device, soon), signal);
    this.file = file;
    this.device = device;
    this.#onClose = onClose;
  }

  /** What the driver made of it. @internal */
  get openFile(): OpenFile {
    return this.device;
  }

  notify(port: number): void {
    if (typeof port !== 'number' || this.device.notify(port) !== 0) this.notifyRefused(port);
  }

  private notifyRefused(port: number): void {
    checkU32('port', port);
    this.refuse('ioctl', -ENOTCONN);
  }

  unmask(port: number | readonly number[] | Uint32Array): void {
    if (typeof port !== 'number' || !this.device.writePort(port)) this.unmaskOther(port);
  }

  private unmaskOther(port: number | readonly number[] | Uint32Array): void {
    if (typeof port === 'number') checkU32('port', port);
    this.checkOpen('write');
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
    if (!this.demultiplexer.plain) return this.takeOther();
    const port = this.device.readPort();
    return port > 0 ? port : this.noPort(port);
  }

  /** Most often there is nothing, which this way of reading finds out without allocating. */
  protected override look(): number | undefined {
    return this.takeOther();
  }

  /** A port where there are channels, or ports kept from an earlier read. */
  private takeOther(): number | undefined {
    const port = this.demultiplexer.take();
    return port > 0 ? port : this.noPort(port);
  }

  /** There was no port to hand out: which is an error unless the handle is open and its ring simply empty. */
  private noPort(result: number): undefined {
    if (this.gone !== 0 || (result < 0 && result !== NOTHING)) this.refuse('read', result);
  }

  readInto(ports: Uint32Array): number {
    if (!(ports instanceof Uint32Array)) throw wrongType('ports', 'a Uint32Array', ports);
    const max = Math.min(ports.length, PORTS_PER_CALL);
    const { demultiplexer } = this;
    const count = demultiplexer.plain
      ? this.device.readInto(ports, max)
      : demultiplexer.takeInto(ports, max);
    if (count <= 0) this.noPort(count);
    return count > 0 ? count : 0;
  }

  poll(): number {
    this.checkOpen('poll');
    return this.file.poll() | this.demultiplexer.readiness;
  }

  /** Nothing outside the process can end a wait, so no wait keeps it alive. */
  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** The domain is gone: waiting and later calls fail with ENODEV. */
  lose(): void {
    this.end(ENODEV);
  }

  protected command(command: number, first: number, second: number): number {
    const { words } = this.#memory;
    words[0] = first;
    words[1] = second;
    return this.file.ioctl(command, this.#memory, 0);
  }

  protected release(): void {
    this.#onClose?.(this);
    const { waitQueue } = this.file;
    this.file.put();
    waitQueue.wake();
  }
}
