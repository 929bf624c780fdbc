import { EINVAL, ENODEV, ENOTCONN } from '../../../src/abi/errno.js';
import {
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  IOCTL_EVTCHN_NOTIFY,
  IOCTL_EVTCHN_RESET,
  IOCTL_EVTCHN_UNBIND,
} from '../../../src/abi/ioctl.js';
import { EvtchnHandle } from '../../../src/client/evtchn-handle.js';
import type { AbortSignalLike } from '../../../src/vfs/abort-signal.js';
import type { FakeSource } from './fake-source.js';

/** A handle over a {@link FakeSource}: of what it adds, as little as can be. */
export class FakeEvtchn extends EvtchnHandle {
  readonly kind = 'device';
  readonly fd = -1;
  protected readonly lost = 'the fake is gone';
  readonly source: FakeSource;
  /** Ports that events were sent on. */
  readonly notified: number[] = [];
  /** ioctls that were made, with their words. */
  readonly commands: (readonly [number, number, number])[] = [];
  /** What ioctls answer instead, a negative errno; 0 while they work. */
  refusal = 0;
  released = 0;

  constructor(source: FakeSource, signal?: AbortSignalLike) {
    super(source, signal);
    this.source = source;
  }

  notify(port: number): void {
    this.checkOpen('ioctl');
    if (!this.source.ports.has(port)) this.refuse('ioctl', -ENOTCONN, IOCTL_EVTCHN_NOTIFY);
    this.notified.push(port);
  }

  unmask(port: number | readonly number[] | Uint32Array): void {
    this.checkOpen('write');
    for (const each of typeof port === 'number' ? [port] : port) this.source.enable(each);
  }

  tryPending(): number | undefined {
    const one = new Uint32Array(1);
    return this.readInto(one) > 0 ? one[0] : undefined;
  }

  readInto(ports: Uint32Array): number {
    this.checkOpen('read');
    const { demultiplexer, source } = this;
    const count = demultiplexer.plain
      ? source.take(ports, ports.length)
      : demultiplexer.takeInto(ports, ports.length);
    if (count < 0) this.refuse('read', count);
    return count;
  }

  poll(): number {
    this.checkOpen('poll');
    return this.demultiplexer.readiness;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** What stands behind it ends. */
  lose(): void {
    this.end(ENODEV);
  }

  protected command(command: number, first: number, second: number): number {
    this.commands.push([command, first, second]);
    if (this.refusal !== 0) return this.refusal;
    if (command === IOCTL_EVTCHN_BIND_UNBOUND_PORT) return this.#bind();
    if (command === IOCTL_EVTCHN_UNBIND) this.source.unbind(first);
    else if (command === IOCTL_EVTCHN_RESET) this.source.reset();
    else return -EINVAL;
    return 0;
  }

  protected release(): void {
    this.released++;
  }

  /** The lowest port that is free. */
  #bind(): number {
    let port = 1;
    while (this.source.ports.has(port)) port++;
    this.source.bind(port);
    return port;
  }
}
