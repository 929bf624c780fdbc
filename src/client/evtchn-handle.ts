import { EBADF } from '../abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_STATIC,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_BIND_VIRQ,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_RESTRICT_DOMID,
  IOCTL_EVTCHN_UNBIND,
} from '../abi/ioctl.js';
import { checkDomid, checkInteger, checkOptions, checkU32 } from '../errors/argument.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { type AbortSignalLike, checkSignal } from '../vfs/abort-signal.js';
import { adviceFor } from './advice.js';
import { Demultiplexer } from './demultiplexer.js';
import { asyncDispose, dispose } from './dispose.js';
import { type EventSource, PORTS_PER_CALL } from './event-source.js';
import type { Evtchn, EvtchnKind } from './evtchn.js';
import type { PortChannel } from './port-channel.js';
import type { WaitOptions } from './wait-options.js';
import type { Awaiter } from './waiter.js';

/**
 * What every {@link Evtchn} has in common: arguments are refused before the device is asked, answers become errors, and
 * those who wait are found. A subclass makes the calls.
 */
export abstract class EvtchnHandle implements Evtchn {
  abstract readonly kind: EvtchnKind;
  abstract readonly fd: number;
  /** Why calls fail now, a positive errno; 0 while the handle is open. */
  protected gone = 0;
  protected readonly demultiplexer: Demultiplexer;
  /** What to say of calls when the device is gone, though nobody closed the handle. */
  protected abstract readonly lost: string;
  readonly #signal: AbortSignalLike | undefined;
  /** What the signal is listened to with; undefined without a signal. */
  readonly #onAbort: (() => void) | undefined;
  #page: Uint32Array | undefined;

  /**
   * @param source - what it takes events from
   * @param signal - closes it when it aborts; not aborted yet
   */
  constructor(source: EventSource, signal?: AbortSignalLike) {
    this.demultiplexer = new Demultiplexer(source, (syscall, errno) =>
      this.errorOf(syscall, errno),
    );
    this.#signal = signal;
    if (signal === undefined) return;
    const abort = (): void => this.end(EBADF, { reason: signal.reason });
    this.#onAbort = abort;
    signal.addEventListener('abort', abort);
  }

  abstract notify(port: number): void;
  abstract unmask(port: number | readonly number[] | Uint32Array): void;
  abstract tryPending(): number | undefined;
  abstract readInto(ports: Uint32Array): number;
  abstract poll(): number;
  abstract ref(): this;
  abstract unref(): this;

  /** An ioctl with a structure of two words at most. @returns its answer, a negative errno if it failed */
  protected abstract command(command: number, first: number, second: number): number;

  /** Lets go of what stands behind the handle; called once, when nobody waits any more. */
  protected abstract release(): void;

  get closed(): boolean {
    return this.gone !== 0;
  }

  /** The program closed it, by itself or by its signal; not that its domain was destroyed. @internal */
  get over(): boolean {
    return this.gone === EBADF;
  }

  bindUnboundPort(remoteDomid: number): number {
    checkDomid('remoteDomid', remoteDomid);
    return this.#ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, remoteDomid);
  }

  bindInterdomain(remoteDomid: number, remotePort: number): number {
    checkDomid('remoteDomid', remoteDomid);
    checkU32('remotePort', remotePort);
    return this.#ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, remoteDomid, remotePort);
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
    if (!this.demultiplexer.plain) this.demultiplexer.unbound(port);
  }

  read(max: number = PORTS_PER_CALL): number[] {
    checkInteger('max', max, 1, PORTS_PER_CALL);
    this.#page ??= new Uint32Array(PORTS_PER_CALL);
    const ports = max === PORTS_PER_CALL ? this.#page : this.#page.subarray(0, max);
    return Array.from(ports.subarray(0, this.readInto(ports)));
  }

  /** Not an async function, which would make a promise more and three turns of those who wait. */
  pending(options: WaitOptions = {}): Promise<number> {
    try {
      const port = this.#nextFor(options);
      return port === undefined ? this.demultiplexer.wait(options.signal) : Promise.resolve(port);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As {@link pending}, for somebody who is told when there is a port; at once if there is. @internal */
  pendingTold(awaiter: Awaiter<number>, options: WaitOptions = {}): void {
    let port: number | undefined;
    try {
      port = this.#nextFor(options);
    } catch (error) {
      awaiter.reject(error);
      return;
    }
    if (port === undefined) this.demultiplexer.waitTold(awaiter, options.signal);
    else awaiter.resolve(port);
  }

  /** Does at once what follows when those who wait have all begun to. @internal */
  settleNow(): void {
    this.demultiplexer.settleNow();
  }

  /** The next port, if there is one for somebody who would wait. */
  #nextFor(options: WaitOptions): number | undefined {
    checkOptions('options', options);
    const { signal } = options;
    checkSignal('options.signal', signal);
    if (signal?.aborted) throw signal.reason;
    // Whoever waits already comes first, though the event may be there before they are told.
    return this.demultiplexer.awaited ? undefined : this.look();
  }

  /** {@link tryPending} for somebody who will wait if there is nothing. */
  protected look(): number | undefined {
    return this.tryPending();
  }

  channel(port: number): PortChannel {
    checkU32('port', port);
    this.checkOpen('read');
    return this.demultiplexer.channel(port, (given) => this.notify(given));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number, void> {
    while (!this.over) {
      let port: number;
      try {
        port = await this.pending();
      } catch (error) {
        // Closing the handle is how such a loop is meant to end.
        if (this.over) return;
        throw error;
      }
      // Closed after the event was handed over: there is nothing left to do for it.
      if (this.over) return;
      try {
        yield port;
      } finally {
        if (!this.closed) this.unmask(port);
      }
    }
  }

  restrict(domid: number): void {
    checkDomid('domid', domid);
    this.#ioctl(IOCTL_EVTCHN_RESTRICT_DOMID, domid);
  }

  reset(): void {
    this.#ioctl(IOCTL_EVTCHN_RESET, 0);
    if (!this.demultiplexer.plain) this.demultiplexer.discard();
  }

  close(): void {
    this.end(EBADF);
  }

  [dispose](): void {
    this.close();
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }

  /**
   * The end of the handle.
   * @param errno - why calls fail from now on
   * @param aborted - what whoever waits is rejected with, instead of the error of that
   */
  protected end(errno: number, aborted?: { readonly reason: unknown }): void {
    if (this.gone !== 0) return;
    this.gone = errno;
    if (this.#onAbort !== undefined) this.#signal!.removeEventListener('abort', this.#onAbort);
    const { demultiplexer } = this;
    // An error costs more than all else here, and most often there is nobody to get it.
    if (demultiplexer.deserted) {
      demultiplexer.discard();
    } else {
      const error = this.goneError('read');
      demultiplexer.end(aborted === undefined ? error : aborted.reason, error);
    }
    this.release();
  }

  /** What is wrong when a call failed with a negative errno. */
  protected errorOf(syscall: string, errno: number, command?: number): EvtchnError {
    return new EvtchnError(syscall, errno, adviceFor(-errno, command));
  }

  /** @throws EvtchnError if the handle is closed, or lost */
  protected checkOpen(syscall: string): void {
    if (this.gone !== 0) throw this.goneError(syscall);
  }

  /** A call was refused. @throws EvtchnError */
  protected refuse(syscall: string, errno: number, command?: number): never {
    this.checkOpen(syscall);
    throw this.errorOf(syscall, errno, command);
  }

  protected goneError(syscall: string): EvtchnError {
    const why = this.gone === EBADF ? 'the handle is closed' : this.lost;
    return new EvtchnError(syscall, this.gone, why);
  }

  #ioctl(command: number, first: number, second = 0): number {
    this.checkOpen('ioctl');
    const rc = this.command(command, first, second);
    if (rc < 0) this.refuse('ioctl', rc, command);
    return rc;
  }
}
