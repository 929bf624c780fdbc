import type { EvtchnChannel } from '../client/channel.js';
import { asyncDispose, dispose } from '../client/dispose.js';
import type { EmbeddedEvtchn } from '../client/embedded-evtchn.js';
import type { Evtchn } from '../client/evtchn.js';
import type { PortChannel } from '../client/port-channel.js';
import type { WaitOptions } from '../client/wait-options.js';
import type { Awaiter } from '../client/waiter.js';
import type { LabRun } from './lab-run.js';
import type { OpenHandle } from './open-handle.js';
import type { OperationText } from './operation.js';

/** A handle of the embedded device whose waiting the lab decides about. All else is the device's. */
export class LabEvtchn implements Evtchn {
  readonly kind = 'embedded';
  readonly fd = -1;
  readonly #run: LabRun;
  readonly #opened: OpenHandle;
  readonly #handle: EmbeddedEvtchn;
  /** By the handle's own channels. */
  #channels: Map<PortChannel, LabChannel> | undefined;

  constructor(run: LabRun, opened: OpenHandle) {
    this.#run = run;
    this.#opened = opened;
    this.#handle = opened.handle;
  }

  /**
   * A step does something with it: what is read from the device is kept in the handle for its channels, so whoever else uses it
   * may find another thing.
   */
  touch(): void {
    this.#run.turn.observer?.touch(this.#opened.thing, true);
  }

  get closed(): boolean {
    this.touch();
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
    this.touch();
    this.#handle.unbind(port);
  }

  notify(port: number): void {
    this.#handle.notify(port);
  }

  unmask(port: number | readonly number[] | Uint32Array): void {
    this.#handle.unmask(port);
  }

  tryPending(): number | undefined {
    this.touch();
    return this.#handle.tryPending();
  }

  pending(options?: WaitOptions): Promise<number> {
    return this.#next('pending()', options);
  }

  #next(call: string, options?: WaitOptions): Promise<number> {
    const handle = this.#handle;
    return this.wait({ call, domid: this.#opened.domid }, (operation) =>
      handle.pendingTold(operation, options),
    );
  }

  /** Whose turn it is begins to wait, and what follows from that is part of the step. */
  wait(text: OperationText, begin: (operation: Awaiter<number>) => void): Promise<number> {
    const opened = this.#opened;
    const { turn } = this.#run;
    const party = turn.callsOn(opened.party, text.call);
    if (party !== opened.party) opened.shared = true;
    return this.#run.perform(party, text, {
      begin: (operation) => {
        this.touch();
        begin(operation);
        opened.handle.settleNow();
      },
    });
  }

  read(max?: number): number[] {
    this.touch();
    return this.#handle.read(max);
  }

  readInto(ports: Uint32Array): number {
    this.touch();
    return this.#handle.readInto(ports);
  }

  poll(): number {
    // It looks into the ring, and no tracepoint tells of that.
    this.#run.turn.observer?.touchDomain(this.#opened.domid);
    this.touch();
    return this.#handle.poll();
  }

  restrict(domid: number): void {
    this.#handle.restrict(domid);
  }

  reset(): void {
    this.touch();
    this.#handle.reset();
  }

  channel(port: number): EvtchnChannel {
    this.touch();
    const channel = this.#handle.channel(port);
    this.#channels ??= new Map();
    let wrapped = this.#channels.get(channel);
    if (wrapped === undefined) {
      wrapped = new LabChannel(this, channel, this.#opened.domid);
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
    this.touch();
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
    while (!this.#closedByProgram) {
      let port: number;
      try {
        port = await this.#next('for await');
      } catch (error) {
        // Closing the handle is how such a loop is meant to end.
        if (this.#closedByProgram) return;
        throw error;
      }
      // Closed after the event was handed over: there is nothing left to do for it.
      if (this.#closedByProgram) return;
      try {
        yield port;
      } finally {
        if (!this.closed) this.unmask(port);
      }
    }
  }

  /** It is closed, and not because its domain was destroyed. */
  get #closedByProgram(): boolean {
    return this.#handle.over;
  }
}

/** A channel of such a handle. */
class LabChannel implements EvtchnChannel {
  readonly #owner: LabEvtchn;
  readonly #channel: PortChannel;
  readonly #domid: number;

  constructor(owner: LabEvtchn, channel: PortChannel, domid: number) {
    this.#owner = owner;
    this.#channel = channel;
    this.#domid = domid;
  }

  get port(): number {
    return this.#channel.port;
  }

  get count(): number {
    this.#owner.touch();
    return this.#channel.count;
  }

  get closed(): boolean {
    this.#owner.touch();
    return this.#channel.closed;
  }

  after(count: number, options?: WaitOptions): Promise<number> {
    const channel = this.#channel;
    const text = { call: `after(${count})`, domid: this.#domid, port: channel.port };
    return this.#owner.wait(text, (operation) => channel.afterTold(operation, count, options));
  }

  notify(): void {
    this.#channel.notify();
  }

  close(): void {
    this.#owner.touch();
    this.#channel.close();
  }

  [dispose](): void {
    this.close();
  }
}
