import type { WaitOptions } from './wait-options.js';

/**
 * The events of one port of a handle, counted, so that none can be missed between looking and waiting:
 *
 * ```ts
 * let seen = channel.count;
 * for (;;) {
 *   work();
 *   seen = await channel.after(seen);
 * }
 * ```
 *
 * An event that came during `work()` makes the `after` resolve at once. The port is unmasked when somebody waits for more
 * events than were seen, and only then: until that, events that come are remembered as one, as the driver does it. Made by
 * {@link Evtchn.channel}. The idea is that of `Activations` in ocaml-evtchn.
 */
export interface EvtchnChannel extends Disposable {
  /** The port. */
  readonly port: number;
  /** How many events were seen since the channel was made. It counts on while somebody waits on the handle, or reads it. */
  readonly count: number;
  /** {@link close} was called, the port was unbound, or the handle is closed. */
  readonly closed: boolean;

  /**
   * Waits until more than `count` events were seen. Any number may wait, for the same count or others.
   * @param count - a {@link EvtchnChannel.count} that was seen, from 0 up
   * @returns how many were seen by then
   * @throws (rejects) EvtchnError as {@link Evtchn.pending}; ECANCELED when the channel is closed, or its port unbound
   * meanwhile; the signal's reason when it aborts
   */
  after(count: number, options?: WaitOptions): Promise<number>;

  /** Sends an event on the port: {@link Evtchn.notify}. */
  notify(): void;

  /**
   * Ends the channel; whoever waits is rejected with ECANCELED. The port stays bound, and what comes from now on is for
   * {@link Evtchn.pending} and the other forms. Its port may be masked: {@link Evtchn.unmask} does no harm if it is not.
   */
  close(): void;
}
