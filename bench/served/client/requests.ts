import { type Evtchn, openEvtchn } from '../../../src/index.js';
import { type Placement, place, placement } from './affinity.js';
import type { Client } from './client.js';

/** As many as requests.c has. */
const CHANNELS = 128;
/** Requests until both run where they were told to. */
const SETTLING = 16;

/** What requests.c does, by the client of the package. */
export class Requests implements Client {
  readonly ready = '';
  readonly #evtchn: Evtchn;
  readonly #server: number;
  readonly #receivers: number[] = [];
  readonly #senders: number[] = [];
  readonly #settle = (): void => {
    for (let i = 0; i < SETTLING; i++) this.#evtchn.notify(this.#receivers[0]!);
  };

  constructor(device: string, server: string) {
    this.#evtchn = openEvtchn({ device });
    this.#server = Number(server);
    for (let i = 0; i < CHANNELS; i++) {
      const receiver = this.#evtchn.bindUnboundPort(0);
      this.#receivers.push(receiver);
      this.#senders.push(this.#evtchn.bindInterdomain(0, receiver));
    }
    // Each interdomain bind leaves an event on the sender. Read but never unmasked, it keeps those ports disabled.
    this.#evtchn.read();
  }

  async round(line: string): Promise<number[]> {
    const evtchn = this.#evtchn;
    const receivers = this.#receivers;
    const senders = this.#senders;
    const placed = placement(line);
    const read: (number | undefined)[] = [];
    const figures = [
      this.#time(placed, () => {
        for (let i = 0; i < CHANNELS; i++) evtchn.notify(receivers[0]!);
      }),
      this.#time(placed, () => {
        for (let i = 0; i < CHANNELS; i++) evtchn.notify(senders[i]!);
      }),
      this.#time(placed, () => {
        for (let i = 0; i < CHANNELS; i++) read.push(evtchn.tryPending());
      }),
      this.#time(placed, () => {
        for (let i = 0; i < CHANNELS; i++) evtchn.unmask(receivers[i]!);
      }),
      this.#time(placed, () => {
        for (let i = 0; i < CHANNELS; i++) evtchn.unmask(receivers[i]!);
      }),
    ];
    if (read.some((port, i) => port !== receivers[i])) {
      throw new Error('events were lost, or came in another order');
    }
    return figures;
  }

  /** @returns nanoseconds a request */
  #time(placed: Placement | undefined, requests: () => void): number {
    if (placed !== undefined) place(placed, this.#server, this.#settle);
    const since = process.hrtime.bigint();
    requests();
    return Number(process.hrtime.bigint() - since) / CHANNELS;
  }
}
