import { type Evtchn, openEvtchn } from '../../../src/index.js';
import type { Client } from './client.js';

/** As many as bursts.c has. */
const PORTS = 256;

/** What bursts.c does, by several forms of waiting and reading. */
export class Bursts implements Client {
  readonly ready = '';
  readonly #sender: Evtchn;
  readonly #receiver: Evtchn;
  readonly #senders: number[] = [];
  readonly #receivers: number[] = [];

  /**
   * @param from - the device of domain 0
   * @param to - that of domain 1
   */
  constructor(from: string, to: string) {
    this.#sender = openEvtchn({ device: from });
    this.#receiver = openEvtchn({ device: to });
    for (let i = 0; i < PORTS; i++) {
      const port = this.#sender.bindUnboundPort(1);
      this.#senders.push(port);
      this.#receivers.push(this.#receiver.bindInterdomain(0, port));
    }
    // Each bind has left an event that nobody sent.
    this.#receiver.unmask(this.#receiver.read());
  }

  async round(): Promise<number[]> {
    return [
      await this.#burst(async () => this.#takeEach()),
      await this.#burst(async () => this.#takeAll()),
      await this.#burst(this.#iterate()),
      await this.#channels(),
    ];
  }

  /** @returns nanoseconds an event, from the last that is sent to the last that is taken */
  async #burst(take: () => Promise<void>): Promise<number> {
    for (const port of this.#senders) this.#sender.notify(port);
    const since = process.hrtime.bigint();
    await take();
    return Number(process.hrtime.bigint() - since) / PORTS;
  }

  #takeEach(): void {
    const receiver = this.#receiver;
    for (const expected of this.#receivers) {
      const port = receiver.tryPending();
      if (port !== expected) throw lost();
      receiver.unmask(port);
    }
  }

  #takeAll(): void {
    const ports = new Uint32Array(PORTS);
    if (this.#receiver.readInto(ports) !== PORTS) throw lost();
    this.#receiver.unmask(ports);
  }

  /** Begins to wait in a loop over the events. */
  #iterate(): () => Promise<void> {
    const all = this.#loop();
    return () => all;
  }

  async #loop(): Promise<void> {
    let left = PORTS;
    for await (const _ of this.#receiver) {
      left--;
      if (left === 0) return;
    }
  }

  /** Begins to wait for one more event on the channel of each port; then all are unmasked for the next round. */
  async #channels(): Promise<number> {
    const channels = this.#receivers.map((port) => this.#receiver.channel(port));
    const first = channels.map((channel) => channel.after(0));
    // They are waited for from the end of this turn on.
    await Promise.resolve();
    const time = await this.#burst(async () => {
      await Promise.all(first);
    });
    for (const channel of channels) channel.close();
    this.#receiver.unmask(this.#receivers);
    return time;
  }
}

function lost(): Error {
  return new Error('events were lost, or came in another order');
}
