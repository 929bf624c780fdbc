import type { EvtchnChannel } from '../client/channel.js';
import { asyncDispose, dispose } from '../client/dispose.js';
import type { Evtchn } from '../client/evtchn.js';
import type { WaitOptions } from '../client/wait-options.js';
import type { LabRun } from './lab-run.js';
import { domainThing } from './strategy.js';

/** A handle of the embedded device whose waiting the lab decides about. All else is the device's. */
export class LabEvtchn implements Evtchn {
  readonly kind = 'embedded';
  readonly fd = -1;
  readonly #run: LabRun;
  readonly #handle: Evtchn;
  readonly #domid: number;
  readonly #thing: string;
  readonly #channels = new WeakMap<EvtchnChannel, LabChannel>();

  /** @param thing - what it is called among what steps touch */
  constructor(run: LabRun, handle: Evtchn, domid: number, thing: string) {
    this.#run = run;
    this.#handle = handle;
    this.#domid = domid;
    this.#thing = thing;
  }

  /** What is read from the device is kept in the handle for its channels, so whoever else uses it may find another thing. */
  #touch(): void {
    this.#run.observer?.touch(this.#thing, true);
  }

  get closed(): boolean {
    this.#touch();
    return this.#handle.closed;
  }

  bindUnboundPort(remoteDomid: number): number {
    return this.#handle.bindUnboundPort(remoteDomid);
  }

  bindInterdomain(remoteDomid: number, remotePort: number): number {
    return this.#handle.bindInterdomain(remoteDomid, remotePort);
  }

  bindVirq(virq: number): number {
    return this.#handle.bindVirq(virq);
  }

  bindStatic(port: number): void {
    this.#handle.bindStatic(port);
  }

  unbind(port: number): void {
    this.#touch();
    this.#handle.unbind(port);
  }

  notify(port: number): void {
    this.#handle.notify(port);
  }

  unmask(port: number | readonly number[] | Uint32Array): void {
    this.#handle.unmask(port);
  }

  tryPending(): number | undefined {
    this.#touch();
    return this.#handle.tryPending();
  }

  pending(options?: WaitOptions): Promise<number> {
    const text = { call: 'pending()', domid: this.#domid };
    return this.#run.wait(text, () => {
      this.#touch();
      return this.#handle.pending(options);
    });
  }

  read(max?: number): number[] {
    this.#touch();
    return this.#handle.read(max);
  }

  readInto(ports: Uint32Array): number {
    this.#touch();
    return this.#handle.readInto(ports);
  }

  poll(): number {
    // It looks into the ring, which no tracepoint tells of.
    this.#run.observer?.touch(domainThing(this.#domid), true);
    this.#touch();
    return this.#handle.poll();
  }

  restrict(domid: number): void {
    this.#handle.restrict(domid);
  }

  reset(): void {
    this.#touch();
    this.#handle.reset();
  }

  channel(port: number): EvtchnChannel {
    this.#touch();
    const channel = this.#handle.channel(port);
    let wrapped = this.#channels.get(channel);
    if (wrapped === undefined) {
      wrapped = new LabChannel(this.#run, channel, this.#domid, this.#thing);
      this.#channels.set(channel, wrapped);
    }
    return wrapped;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  close(): void {
    this.#touch();
    this.#handle.close();
  }

  [dispose](): void {
    this.close();
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }

  /** As the handle's own: each turn has its port masked, and unmasked when the turn is left. */
  async *[Symbol.asyncIterator](): AsyncGenerator<number, void> {
    const ports = this.#handle[Symbol.asyncIterator]();
    const text = { call: 'for await', domid: this.#domid };
    try {
      for (;;) {
        const { done, value } = await this.#run.wait(text, () => {
          this.#touch();
          return ports.next();
        });
        if (done === true) return;
        yield value;
      }
    } finally {
      await ports.return?.();
    }
  }
}

/** A channel of such a handle. */
class LabChannel implements EvtchnChannel {
  readonly #run: LabRun;
  readonly #channel: EvtchnChannel;
  readonly #domid: number;
  readonly #thing: string;

  constructor(run: LabRun, channel: EvtchnChannel, domid: number, thing: string) {
    this.#run = run;
    this.#channel = channel;
    this.#domid = domid;
    this.#thing = thing;
  }

  #touch(): void {
    this.#run.observer?.touch(this.#thing, true);
  }

  get port(): number {
    return this.#channel.port;
  }

  get count(): number {
    this.#touch();
    return this.#channel.count;
  }

  get closed(): boolean {
    this.#touch();
    return this.#channel.closed;
  }

  after(count: number, options?: WaitOptions): Promise<number> {
    const text = { call: `after(${count})`, domid: this.#domid, port: this.port };
    return this.#run.wait(text, () => {
      this.#touch();
      return this.#channel.after(count, options);
    });
  }

  notify(): void {
    this.#channel.notify();
  }

  close(): void {
    this.#touch();
    this.#channel.close();
  }

  [dispose](): void {
    this.close();
  }
}
