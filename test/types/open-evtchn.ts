// Checked by the compiler, never run: what opening a device takes, and gives.
import { expectTypeOf } from 'vitest';
import {
  type AbortSignalLike,
  type Evtchn,
  type EvtchnDomain,
  type EvtchnKind,
  type HostDomain,
  type OpenEvtchnOptions,
  openEvtchn,
} from 'xen-evtchn';

/** All forms give the same type, which is all that a program need know. */
export function forms(domain: HostDomain, signal: AbortSignal): void {
  expectTypeOf(openEvtchn()).toEqualTypeOf<Evtchn>();
  expectTypeOf(openEvtchn({})).toEqualTypeOf<Evtchn>();
  expectTypeOf(openEvtchn({ device: '/dev/xen/evtchn' })).toEqualTypeOf<Evtchn>();
  expectTypeOf(openEvtchn({ fd: 3 })).toEqualTypeOf<Evtchn>();
  expectTypeOf(openEvtchn({ domain })).toEqualTypeOf<Evtchn>();
  expectTypeOf(domain.openEvtchn()).toEqualTypeOf<Evtchn>();
  expectTypeOf(openEvtchn({ device: '/dev/xen/evtchn', signal })).toEqualTypeOf<Evtchn>();
  expectTypeOf(openEvtchn({ fd: 3, signal })).toEqualTypeOf<Evtchn>();
  expectTypeOf(openEvtchn({ domain, signal, comm: 'front', uid: 0 })).toEqualTypeOf<Evtchn>();
}

/** What was left out may be said to be undefined, as in an object that is put together. */
export function undefinedOptions(options: { device?: string; fd?: number }): void {
  openEvtchn({ device: options.device, signal: undefined });
  openEvtchn({ device: undefined, fd: 3, domain: undefined });
}

/** One of three, and never two. */
export function notTwo(domain: HostDomain): void {
  // @ts-expect-error -- a file and a descriptor
  openEvtchn({ device: '/dev/xen/evtchn', fd: 3 });
  // @ts-expect-error -- a file and a domain
  openEvtchn({ device: '/dev/xen/evtchn', domain });
  // @ts-expect-error -- a descriptor and a domain
  openEvtchn({ fd: 3, domain });
  // @ts-expect-error -- all three
  openEvtchn({ device: '/dev/xen/evtchn', fd: 3, domain });
}

/** Options of the wrong type, and of another form. */
export function wrongOptions(domain: HostDomain, evtchn: Evtchn): void {
  // @ts-expect-error -- the path is no option
  openEvtchn('/dev/xen/evtchn');
  // @ts-expect-error -- null is no options
  openEvtchn(null);
  // @ts-expect-error -- a path is a string
  openEvtchn({ device: 3 });
  // @ts-expect-error -- a path is a string
  openEvtchn({ device: new URL('file:///dev/xen/evtchn') });
  // @ts-expect-error -- a descriptor is a number
  openEvtchn({ fd: '3' });
  // @ts-expect-error -- a descriptor is a number
  openEvtchn({ fd: 3n });
  // @ts-expect-error -- the number of a domain is none
  openEvtchn({ domain: 0 });
  // @ts-expect-error -- a handle is no domain
  openEvtchn({ domain: evtchn });
  // @ts-expect-error -- a path is not the name of the option
  openEvtchn({ path: '/dev/xen/evtchn' });
  // @ts-expect-error -- the name of the process is an embedded device's to be told
  openEvtchn({ device: '/dev/xen/evtchn', comm: 'front' });
  // @ts-expect-error -- so is the user
  openEvtchn({ fd: 3, uid: 0 });
  // @ts-expect-error -- a user is a number
  openEvtchn({ domain, uid: 'root' });
  // @ts-expect-error -- a controller is no signal
  openEvtchn({ signal: new AbortController() });
  // @ts-expect-error -- nor is a function
  openEvtchn({ fd: 3, signal: () => true });
  // @ts-expect-error -- nor is a text
  openEvtchn({ domain, signal: 'abort' });
}

/** What the options are made of. */
export function parts(domain: HostDomain): void {
  expectTypeOf(openEvtchn).parameter(0).toEqualTypeOf<OpenEvtchnOptions | undefined>();
  expectTypeOf(domain).toExtend<EvtchnDomain>();
  expectTypeOf<OpenEvtchnOptions['signal']>().toEqualTypeOf<AbortSignalLike | undefined>();
  expectTypeOf<AbortSignal>().toExtend<AbortSignalLike>();
  expectTypeOf<EvtchnKind>().toEqualTypeOf<'embedded' | 'device'>();
}
