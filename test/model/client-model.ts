/** A channel, as the model has it. */
export interface ModelChannel {
  readonly port: number;
  count: number;
  /** Its port may be masked: nobody began to wait since an event of it was counted, or thrown away. */
  masked: boolean;
  /** An event of it may be unread: the device is to be read before its port is unmasked. */
  unsure: boolean;
  /** What waiting on it rejects with; undefined while it is open. */
  ended: string | undefined;
  /** Who waits, for more than how many. */
  readonly waits: Map<number, number>;
}

/** How the device gives its events to those who wait. */
export interface Giving {
  /** How many at once. */
  readonly batch: number;
  /** Arming does not look whether there are any, which is heard of after ports were unmasked that are sure to have none. */
  readonly unmasksFirst: boolean;
}

/**
 * What a handle is to its program, in the plainest words: a device whose ports are disabled by an event and remember one
 * more, those who wait, and channels. Those who wait have numbers; what they got is told in words.
 */
export class ClientModel {
  /** What each that waits, or waited, has come to; nothing while it waits. */
  readonly outcomes = new Map<number, string>();
  /** What calls answer since its end; undefined while it is open. */
  ended: string | undefined;
  readonly #giving: Giving;
  readonly #ports = new Map<number, 'enabled' | 'disabled' | 'disabled, one more'>();
  /** Events in the device, oldest first. */
  #ring: number[] = [];
  /** Events that came out of the device with others. */
  #kept: number[] = [];
  readonly #waiting = new Set<number>();
  readonly #channels = new Map<number, ModelChannel>();

  constructor(giving: Giving) {
    this.#giving = giving;
  }

  /** How many wait. */
  get waiting(): number {
    let count = this.#waiting.size;
    for (const { waits } of this.#channels.values()) count += waits.size;
    return count;
  }

  bind(port: number): void {
    this.#ports.set(port, 'enabled');
  }

  unbind(port: number): void {
    this.#ports.delete(port);
    const channel = this.#channels.get(port);
    if (channel !== undefined) this.closeChannel(channel, 'ECANCELED');
  }

  event(port: number): void {
    const state = this.#ports.get(port);
    if (state === 'enabled') {
      this.#ports.set(port, 'disabled');
      this.#ring.push(port);
    } else if (state !== undefined) this.#ports.set(port, 'disabled, one more');
  }

  /** @returns whether an event came of it */
  unmask(port: number): boolean {
    const state = this.#ports.get(port);
    if (state === undefined) return false;
    this.#ports.set(port, 'enabled');
    if (state !== 'disabled, one more') return false;
    this.event(port);
    return true;
  }

  pending(who: number): void {
    if (this.ended !== undefined) this.outcomes.set(who, this.ended);
    else {
      const [port] = this.#waiting.size > 0 ? [] : this.read(1);
      if (port === undefined) this.#waiting.add(who);
      else this.outcomes.set(who, `${port}`);
    }
  }

  after(who: number, channel: ModelChannel, count: number): void {
    if (channel.ended !== undefined) this.outcomes.set(who, channel.ended);
    else if (channel.count > count) this.outcomes.set(who, `${channel.count}`);
    else channel.waits.set(who, count);
  }

  abort(who: number): void {
    if (!this.outcomes.has(who)) this.outcomes.set(who, 'aborted');
    this.#waiting.delete(who);
    for (const { waits } of this.#channels.values()) waits.delete(who);
  }

  /** The channel of a port, which counts what was kept of it. */
  channel(port: number): ModelChannel {
    let channel = this.#channels.get(port);
    if (channel === undefined) {
      const count = this.#kept.filter((each) => each === port).length;
      this.#kept = this.#kept.filter((each) => each !== port);
      const waits = new Map<number, number>();
      channel = { port, count, masked: true, unsure: true, ended: undefined, waits };
      this.#channels.set(port, channel);
    }
    return channel;
  }

  closeChannel(channel: ModelChannel, code: string): void {
    if (channel.ended !== undefined) return;
    channel.ended = code;
    for (const who of channel.waits.keys()) this.outcomes.set(who, code);
    channel.waits.clear();
    this.#channels.delete(channel.port);
  }

  /** Up to so many ports, of which no channel takes the event. */
  read(max: number): number[] {
    const ports = this.#kept.splice(0, max);
    while (ports.length < max) {
      const port = this.#ring.shift();
      if (port === undefined) break;
      if (!this.#counted(port)) ports.push(port);
    }
    return ports;
  }

  reset(): void {
    this.#ring = [];
    this.#kept = [];
    for (const channel of this.#channels.values()) {
      channel.masked = true;
      channel.unsure = true;
    }
  }

  /** @param code - for those who wait; whoever calls later gets EBADF */
  end(code: string): void {
    if (this.ended !== undefined) return;
    this.ended = 'EBADF';
    for (const who of this.#waiting) this.outcomes.set(who, code);
    this.#waiting.clear();
    for (const channel of [...this.#channels.values()]) {
      for (const who of channel.waits.keys()) this.outcomes.set(who, code);
      channel.waits.clear();
      this.closeChannel(channel, 'EBADF');
    }
    this.reset();
    this.#ports.clear();
  }

  /** All that comes of what was done: events go to those who wait, until there are none for them. */
  settle(): void {
    const { batch, unmasksFirst } = this.#giving;
    const unsure = [...this.#channels.values()].some((channel) => {
      return channel.masked && channel.unsure && channel.waits.size > 0;
    });
    if (unmasksFirst && !unsure) this.#unmaskForChannels();
    do {
      while (this.waiting > 0 && this.#ring.length > 0) {
        for (const port of this.#ring.splice(0, batch)) this.#hand(port);
      }
    } while (this.#unmaskForChannels());
  }

  /** Who waits for more events of a channel has its port unmasked. @returns whether an event came of it */
  #unmaskForChannels(): boolean {
    let came = false;
    for (const channel of this.#channels.values()) {
      if (channel.waits.size === 0) continue;
      // Where all was taken before, unmasking a port that is not masked is nothing; else it is once too often.
      if (this.#giving.unmasksFirst && !channel.masked) continue;
      channel.masked = false;
      channel.unsure = false;
      if (this.unmask(channel.port)) came = true;
    }
    return came;
  }

  #hand(port: number): void {
    if (this.#counted(port)) return;
    const [who] = this.#waiting;
    if (who === undefined) {
      this.#kept.push(port);
      return;
    }
    this.#waiting.delete(who);
    this.outcomes.set(who, `${port}`);
  }

  #counted(port: number): boolean {
    const channel = this.#channels.get(port);
    if (channel === undefined) return false;
    channel.count++;
    // Twice in a row: its program has unmasked the port itself.
    if (channel.masked) channel.unsure = true;
    channel.masked = true;
    for (const [who, count] of channel.waits) {
      if (channel.count <= count) continue;
      channel.waits.delete(who);
      this.outcomes.set(who, `${channel.count}`);
    }
    return true;
  }
}
