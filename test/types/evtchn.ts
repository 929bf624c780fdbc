// Checked by the compiler, never run: what a program may do with a handle.
import { expectTypeOf } from 'vitest';
import type { Evtchn, EvtchnChannel, EvtchnKind } from 'xen-evtchn';

/** What each member takes and gives. */
export function members(evtchn: Evtchn): void {
  type Ports = number | readonly number[] | Uint32Array;
  expectTypeOf(evtchn.kind).toEqualTypeOf<EvtchnKind>();
  expectTypeOf(evtchn.fd).toEqualTypeOf<number>();
  expectTypeOf(evtchn.closed).toEqualTypeOf<boolean>();
  expectTypeOf(evtchn.bindUnboundPort).toEqualTypeOf<(remoteDomid: number) => number>();
  expectTypeOf(evtchn.bindInterdomain).toEqualTypeOf<(domid: number, port: number) => number>();
  expectTypeOf(evtchn.bindVirq).toEqualTypeOf<(virq: number) => number>();
  expectTypeOf(evtchn.bindStatic).toEqualTypeOf<(port: number) => void>();
  expectTypeOf(evtchn.unbind).toEqualTypeOf<(port: number) => void>();
  expectTypeOf(evtchn.notify).toEqualTypeOf<(port: number) => void>();
  expectTypeOf(evtchn.unmask).toEqualTypeOf<(port: Ports) => void>();
  expectTypeOf(evtchn.tryPending).toEqualTypeOf<() => number | undefined>();
  expectTypeOf(evtchn.read).toEqualTypeOf<(max?: number) => number[]>();
  expectTypeOf(evtchn.readInto).toEqualTypeOf<(ports: Uint32Array) => number>();
  expectTypeOf(evtchn.poll).toEqualTypeOf<() => number>();
  expectTypeOf(evtchn.restrict).toEqualTypeOf<(domid: number) => void>();
  expectTypeOf(evtchn.reset).toEqualTypeOf<() => void>();
  expectTypeOf(evtchn.channel).toEqualTypeOf<(port: number) => EvtchnChannel>();
  expectTypeOf(evtchn.close).toEqualTypeOf<() => void>();
  expectTypeOf(evtchn.pending()).toEqualTypeOf<Promise<number>>();
  expectTypeOf(evtchn.ref()).toEqualTypeOf<Evtchn>();
  expectTypeOf(evtchn.unref()).toEqualTypeOf<Evtchn>();
}

/** A handle is what `using`, `await using` and `for await` take. */
export async function protocols(evtchn: Evtchn): Promise<void> {
  expectTypeOf(evtchn).toExtend<Disposable>();
  expectTypeOf(evtchn).toExtend<AsyncDisposable>();
  expectTypeOf(evtchn).toExtend<AsyncIterable<number>>();
  expectTypeOf(evtchn[Symbol.dispose]()).toEqualTypeOf<void>();
  expectTypeOf(evtchn[Symbol.asyncDispose]()).toEqualTypeOf<PromiseLike<void>>();
  for await (const port of evtchn) expectTypeOf(port).toEqualTypeOf<number>();
  const last = await evtchn[Symbol.asyncIterator]().next();
  if (last.done) expectTypeOf(last.value).toEqualTypeOf<void>();
  // @ts-expect-error -- events come later, never at once
  for (const _port of evtchn) break;
}

/** Ports, domains and interrupts are numbers, and none may be left out. */
export function wrongArguments(evtchn: Evtchn): void {
  // @ts-expect-error -- no domain
  evtchn.bindUnboundPort();
  // @ts-expect-error -- a domain is a number
  evtchn.bindUnboundPort('0');
  // @ts-expect-error -- no port
  evtchn.bindInterdomain(0);
  // @ts-expect-error -- a port is a number
  evtchn.bindInterdomain(0, '1');
  // @ts-expect-error -- a domain is a number
  evtchn.bindInterdomain('0', 1);
  // @ts-expect-error -- the name of an interrupt is none
  evtchn.bindVirq('VIRQ_TBUF');
  // @ts-expect-error -- a port is a number
  evtchn.bindStatic('1');
  // @ts-expect-error -- a port is a number
  evtchn.unbind('1');
  // @ts-expect-error -- a port is a number
  evtchn.notify('1');
  // @ts-expect-error -- nor a big one
  evtchn.notify(1n);
  // @ts-expect-error -- several ports can be unmasked at once, not notified
  evtchn.notify([1, 2]);
  // @ts-expect-error -- a port that may not be there
  evtchn.unmask(evtchn.tryPending());
  // @ts-expect-error -- ports are numbers
  evtchn.unmask(['1']);
  // @ts-expect-error -- a set is no list
  evtchn.unmask(new Set([1]));
  // @ts-expect-error -- not of this width
  evtchn.unmask(new Uint16Array(1));
  // @ts-expect-error -- how many is a number
  evtchn.read('1');
  // @ts-expect-error -- an array cannot be filled with words
  evtchn.readInto([0, 0]);
  // @ts-expect-error -- ports have no sign
  evtchn.readInto(new Int32Array(2));
  // @ts-expect-error -- no array
  evtchn.readInto();
  // @ts-expect-error -- a domain is a number
  evtchn.restrict('7');
  // @ts-expect-error -- a port is a number
  evtchn.channel('1');
}

/** Answers are what they are. */
export async function wrongAnswers(evtchn: Evtchn): Promise<void> {
  // @ts-expect-error -- not awaited
  const port: number = evtchn.pending();
  // @ts-expect-error -- not awaited, and so unmasked before it is known
  evtchn.unmask(evtchn.pending());
  evtchn.unmask(await evtchn.pending());
  // @ts-expect-error -- there may be none
  const perhaps: number = evtchn.tryPending();
  // @ts-expect-error -- closing answers nothing
  if (evtchn.close()) throw new Error('closed');
  // @ts-expect-error -- nor does unbinding
  const unbound: number = evtchn.unbind(1);
  // @ts-expect-error -- nor does sending
  const sent: boolean = evtchn.notify(1);
  // @ts-expect-error -- a static port is the one that was given
  const bound: number = evtchn.bindStatic(1);
  expectTypeOf([port, perhaps, unbound, sent, bound]).toBeArray();
}

/** What waiting takes. */
export function waiting(evtchn: Evtchn, controller: AbortController): void {
  evtchn.pending({});
  evtchn.pending({ signal: undefined });
  evtchn.pending({ signal: controller.signal });
  // @ts-expect-error -- a signal is an option
  evtchn.pending(controller.signal);
  // @ts-expect-error -- a controller is no signal
  evtchn.pending({ signal: controller });
  // @ts-expect-error -- nor is a number of milliseconds
  evtchn.pending({ signal: 1000 });
  // @ts-expect-error -- AbortSignal.timeout() is how to wait for a time
  evtchn.pending({ timeout: 1000 });
  // @ts-expect-error -- a port cannot be chosen: channel() can
  evtchn.pending(1);
}

/** Nothing of a handle can be set. */
export function readonlyMembers(evtchn: Evtchn): void {
  // @ts-expect-error -- readonly
  evtchn.fd = 3;
  // @ts-expect-error -- readonly
  evtchn.kind = 'device';
  // @ts-expect-error -- readonly: close() closes it
  evtchn.closed = true;
}
