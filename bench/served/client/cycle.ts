import { type Evtchn, openEvtchn } from '../../../src/index.js';
import type { Client } from './client.js';

/** Cycles in a round; as many as path.c makes. */
const EVENTS = 128;

/** Sends events one at a time to whoever sends each back, and waits for it. */
abstract class Cycle implements Client {
  protected readonly evtchn: Evtchn;
  protected readonly port: number;

  #begun = false;

  /** @param device - of domain 0; the other side connects to its port from domain 1 */
  constructor(device: string) {
    this.evtchn = openEvtchn({ device });
    this.port = this.evtchn.bindUnboundPort(1);
  }

  /** The port, for the other side. */
  get ready(): string {
    return String(this.port);
  }

  /** Waits for the other side's first event, which says that it is there. */
  protected abstract begin(): Promise<void>;
  protected abstract cycles(count: number): Promise<void>;

  async round(): Promise<number[]> {
    if (!this.#begun) await this.begin();
    this.#begun = true;
    const since = process.hrtime.bigint();
    await this.cycles(EVENTS);
    return [Number(process.hrtime.bigint() - since) / EVENTS];
  }
}

/** Waits with `pending()`, and unmasks. */
export class PendingCycle extends Cycle {
  protected override async begin(): Promise<void> {
    await this.evtchn.pending();
    this.evtchn.unmask(this.port);
  }

  protected override async cycles(count: number): Promise<void> {
    const { evtchn, port } = this;
    for (let left = count; left > 0; left--) {
      evtchn.notify(port);
      evtchn.unmask(await evtchn.pending());
    }
  }
}

/** Waits with `channel.after()`, which unmasks when it is called next. */
export class ChannelCycle extends Cycle {
  readonly #channel = this.evtchn.channel(this.port);
  #seen = 0;

  protected override async begin(): Promise<void> {
    this.#seen = await this.#channel.after(this.#seen);
  }

  protected override async cycles(count: number): Promise<void> {
    const channel = this.#channel;
    for (let left = count; left > 0; left--) {
      channel.notify();
      this.#seen = await channel.after(this.#seen);
    }
  }
}
