import { EINTR } from '../abi/errno.js';
import { POLLIN } from '../abi/poll.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { pollDescriptors, revents } from '../native/descriptor.js';
import { lastErrno } from '../native/libc.js';
import type { ChannelState } from './channel.js';
import type { TurnClock } from './turn-clock.js';

/** Words of `struct pollfd`: descriptor; events and revents. */
const ENTRY_WORDS = 2;
/** poll(2) takes at most this many milliseconds. */
const LONGEST_WAIT = 0x7fffffff;
/** Words of an array that has memory of its own, outside V8's heap. */
const OUTSIDE_HEAP = 64;

/** What a loop serves; `Channel` is one. */
export interface LoopChannel {
  readonly fd: number;
  /** Says whether {@link turn} waits for a request, until there is one or the thread is interrupted. */
  setWaiting(waits: boolean): void;
  /** Handles a request. @returns `gone` if the channel cannot be served any more */
  turn(): ChannelState;
}

/**
 * The one place where the serving thread waits: for a request, for the next timer of the host, for a wake-up from another
 * thread. While there is nothing to do it sleeps.
 *
 * As long as there is one channel and no timer it sleeps in the channel's read, which saves a poll(2) with each request: about
 * an eighth of what a request costs. So a wake-up must also interrupt the thread.
 */
export class ServingLoop {
  private readonly channels: LoopChannel[] = [];
  private readonly clock: TurnClock;
  private readonly wakeup: number;
  private readonly onTimers: () => void;
  private entries = new Int32Array(OUTSIDE_HEAP);
  /** The only channel waits by itself. */
  private waiting = false;

  /**
   * @param clock - the host's time, whose turns are those of the loop
   * @param wakeup - a descriptor that becomes readable when the loop is to stop; the thread is interrupted then
   * @param onTimers - called when timers ran: they may have woken somebody
   */
  constructor(clock: TurnClock, wakeup: number, onTimers: () => void) {
    this.clock = clock;
    this.wakeup = wakeup;
    this.onTimers = onTimers;
  }

  /** Serves a channel from now on. */
  add(channel: LoopChannel): void {
    this.channels.push(channel);
    channel.setWaiting(this.waiting);
    const needed = (this.channels.length + 1) * ENTRY_WORDS;
    if (needed > this.entries.length) this.entries = new Int32Array(needed * 2);
    this.fillEntries();
  }

  /**
   * Serves until it is stopped, or until a channel is gone: a host is served through all of its channels or not at all.
   * @returns the channel that is gone; undefined if the loop was stopped
   * @throws EvtchnError when poll(2) or a channel fails
   */
  run(): LoopChannel | undefined {
    for (;;) {
      if (this.mayWaitInRead()) {
        const channel = this.channels[0]!;
        this.clock.newTurn();
        const state = channel.turn();
        if (state === 'gone') return channel;
        if (state === 'open') continue;
      }
      const { entries } = this;
      const ready = pollDescriptors(entries, this.channels.length + 1, this.timeout());
      if (ready < 0) {
        const errno = lastErrno();
        if (errno !== EINTR) throw new EvtchnError('poll', errno);
        continue;
      }
      if (this.clock.advance()) this.onTimers();
      if (ready === 0) continue;
      if (revents(entries, 0) !== 0) return undefined;
      const gone = this.turnReady();
      if (gone !== undefined) return gone;
    }
  }

  /** Whether the next request can be waited for in the only channel, since there is nothing else to wait for. */
  private mayWaitInRead(): boolean {
    const waits = this.channels.length === 1 && this.clock.nextAt === undefined;
    if (waits !== this.waiting) this.setWaiting(waits);
    return waits;
  }

  /**
   * A channel that was readable must not make the thread wait when poll(2) has more to wait for: the request may have been
   * called off meanwhile.
   */
  private setWaiting(waits: boolean): void {
    this.waiting = waits;
    for (const channel of this.channels) channel.setWaiting(waits);
  }

  /** @returns a channel that turned out to be gone */
  private turnReady(): LoopChannel | undefined {
    const { entries, channels } = this;
    for (let i = 0; i < channels.length; i++) {
      if (revents(entries, i + 1) === 0) continue;
      if (channels[i]!.turn() === 'gone') return channels[i];
    }
    return undefined;
  }

  private fillEntries(): void {
    this.entries[0] = this.wakeup;
    this.entries[1] = POLLIN;
    for (const [index, { fd }] of this.channels.entries()) {
      this.entries[(index + 1) * ENTRY_WORDS] = fd;
      this.entries[(index + 1) * ENTRY_WORDS + 1] = POLLIN;
    }
  }

  /** Milliseconds until the next timer, rounded up, so that it is due then. */
  private timeout(): number {
    const { untilNext } = this.clock;
    if (untilNext === undefined) return -1;
    return Math.min(LONGEST_WAIT, Math.max(0, Math.ceil(untilNext)));
  }
}
