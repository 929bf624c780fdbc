// Checked by the compiler, never run: what a program may do with a channel.
import { expectTypeOf } from 'vitest';
import type { Evtchn, EvtchnChannel, WaitOptions } from 'xen-evtchn';

/** What each member takes and gives. */
export function members(channel: EvtchnChannel): void {
  expectTypeOf(channel.port).toEqualTypeOf<number>();
  expectTypeOf(channel.count).toEqualTypeOf<number>();
  expectTypeOf(channel.closed).toEqualTypeOf<boolean>();
  expectTypeOf(channel.after).toEqualTypeOf<
    (count: number, options?: WaitOptions) => Promise<number>
  >();
  expectTypeOf(channel.notify).toEqualTypeOf<() => void>();
  expectTypeOf(channel.close).toEqualTypeOf<() => void>();
  expectTypeOf(channel).toExtend<Disposable>();
}

/** Waiting is for more than a count that was seen. */
export function waiting(channel: EvtchnChannel, signal: AbortSignal): void {
  channel.after(0);
  channel.after(channel.count, { signal });
  // @ts-expect-error -- no count: an event between looking and waiting would be missed
  channel.after();
  // @ts-expect-error -- nor with options alone
  channel.after({ signal });
  // @ts-expect-error -- a count is a number
  channel.after('0');
  // @ts-expect-error -- a signal is an option
  channel.after(0, signal);
  // @ts-expect-error -- a reason is no signal
  channel.after(0, { signal: new Error('enough') });
  // @ts-expect-error -- not awaited
  const count: number = channel.after(0);
  expectTypeOf(count).toEqualTypeOf<number>();
}

/** Nothing of a channel can be set, and it is not what a handle is. */
export async function otherwise(channel: EvtchnChannel, evtchn: Evtchn): Promise<void> {
  // @ts-expect-error -- readonly: events count
  channel.count = 0;
  // @ts-expect-error -- readonly
  channel.port = 1;
  // @ts-expect-error -- readonly: close() closes it
  channel.closed = true;
  // @ts-expect-error -- its port is the only one
  channel.notify(1);
  // @ts-expect-error -- the handle is iterated over
  for await (const _port of channel) break;
  expectTypeOf(channel).not.toExtend<AsyncIterable<number>>();
  expectTypeOf(evtchn).not.toExtend<EvtchnChannel>();
}
