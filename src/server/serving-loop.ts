import { EINTR } from '../abi/errno.js';
import { POLLIN } from '../abi/poll.js';
import type { ManualClock } from '../clock/manual-clock.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { pollDescriptors } from '../native/descriptor.js';
import { lastErrno } from '../native/libc.js';
import type { ChannelState } from './channel.js';

/** Words of `struct pollfd`: descriptor; events and revents. */
const ENTRY_WORDS = 2;
const REVENTS_SHIFT = 16;
/** poll(2) takes at most this many milliseconds. */
const LONGEST_WAIT = 0x7fffffff;
/** Words of an array that has memory of its own, outside V8's heap. */
const OUTSIDE_HEAP = 64;

/** What a loop serves; `Channel` is one. */
export interface LoopChannel {
  readonly fd: number;
  /** Called when the descriptor is readable. @returns `gone` if it is not to be served any more */
  turn(): ChannelState;
}

/**
 * The one place where the serving thread waits: for a request, for the next timer of the host, for a wake-up from another
 * thread. While there is nothing to do it sleeps.
 */
export class ServingLoop {
  private readonly channels: LoopChannel[] = [];
  private readonly clock: ManualClock;
  private readonly wakeup: number;
  private readonly now: () => number;
  private readonly onTimers: () => void;
  private entries = new Int32Array(OUTSIDE_HEAP);

  /**
   * @param clock - the host's time; the loop moves it on
   * @param wakeup - a descriptor that becomes readable when the loop is to stop
   * @param now - real time in milliseconds, by which the clock goes
   * @param onTimers - called when timers ran: they may have woken somebody
   */
  constructor(clock: ManualClock, wakeup: number, now: () => number, onTimers: () => void) {
    this.clock = clock;
    this.wakeup = wakeup;
    this.now = now;
    this.onTimers = onTimers;
  }

  /** Serves a channel from now on. */
  add(channel: LoopChannel): void {
    this.channels.push(channel);
    const needed = (this.channels.length + 1) * ENTRY_WORDS;
    if (needed > this.entries.length) this.entries = new Int32Array(needed * 2);
    this.fillEntries();
  }

  /**
   * Serves until it is stopped, or until a channel is gone: a host is served through all of its channels or not at all. What
   * becomes of their descriptors is the caller's business.
   * @returns the channel that is gone; undefined if the loop was stopped
   * @throws EvtchnError when poll(2) or a channel fails
   */
  run(): LoopChannel | undefined {
    for (;;) {
      const { entries } = this;
      const ready = pollDescriptors(entries, this.channels.length + 1, this.timeout());
      if (ready < 0) {
        const errno = lastErrno();
        if (errno !== EINTR) throw new EvtchnError('poll', errno);
        continue;
      }
      this.advance();
      if (ready === 0) continue;
      if (entries[1]! >>> REVENTS_SHIFT !== 0) return undefined;
      const gone = this.turnReady();
      if (gone !== undefined) return gone;
    }
  }

  /** @returns a channel that turned out to be gone */
  private turnReady(): LoopChannel | undefined {
    const { entries, channels } = this;
    for (let i = 0; i < channels.length; i++) {
      if (entries[(i + 1) * ENTRY_WORDS + 1]! >>> REVENTS_SHIFT === 0) continue;
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
    const at = this.clock.nextAt;
    if (at === undefined) return -1;
    return Math.min(LONGEST_WAIT, Math.max(0, Math.ceil(at - this.now())));
  }

  /** Moves the host's time on to now; it stands still while a request is handled. */
  private advance(): void {
    const { clock } = this;
    const due = clock.nextAt;
    const elapsed = this.now() - clock.now();
    if (elapsed > 0) clock.advance(elapsed);
    if (due !== undefined && due <= clock.now()) this.onTimers();
  }
}
