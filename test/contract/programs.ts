import { expect, vi } from 'vitest';
import { DOMID_SELF, type Evtchn, EvtchnError, POLLERR, POLLIN } from 'xen-evtchn';
import type { Subject } from './subject.js';

/** A channel between two ports of one domain. */
export interface Loopback {
  /** Port of the handle that made it first. */
  readonly remote: number;
  /** Port of the handle that connected to it. */
  readonly local: number;
}

/** Two programs and a channel between them: `front` sends on `local`, `back` has the event on `remote`. */
export interface Pair extends Loopback {
  readonly back: Evtchn;
  readonly front: Evtchn;
}

/** How long an event may take that was sent by a call which has returned, in milliseconds. */
const PATIENCE = 20_000;
/** Sends that overflow any ring of 64 entries, which is the first size, many times. */
const MANY = 1000;

/** The handles of one behaviour, each of which stands for a program; all are of one domain. */
export class Programs {
  readonly subject: Subject;
  readonly #handles: Evtchn[] = [];

  constructor(subject: Subject) {
    this.subject = subject;
  }

  /** Opens a handle, to be closed at the end of the behaviour. */
  open(options?: Parameters<Subject['open']>[0]): Evtchn {
    const handle = this.subject.open(options);
    this.#handles.push(handle);
    return handle;
  }

  /** Two handles, and so many channels between them. */
  async channels(count: number): Promise<{
    readonly back: Evtchn;
    readonly front: Evtchn;
    readonly joined: readonly Loopback[];
  }> {
    const back = this.open();
    const front = this.open();
    const joined: Loopback[] = [];
    for (let i = 0; i < count; i++) joined.push(await join(back, front));
    return { back, front, joined };
  }

  /** Two handles and a channel between them. */
  async pair(): Promise<Pair> {
    const { back, front, joined } = await this.channels(1);
    return { back, front, ...joined[0]! };
  }

  /** As {@link channels}; all had an event at once, and the first went to who waited for one. The handle may keep the rest. */
  async kept(count: number) {
    const { back, front, joined } = await this.channels(count);
    const ports = joined.map(({ remote }) => remote);
    const pending = back.pending();
    await turn();
    for (const { local } of joined) front.notify(local);
    expect(await pending).toBe(ports[0]);
    await arrived(back);
    return { back, front, joined, ports };
  }

  /** Closes every handle; nothing of them is left then. */
  async end(): Promise<void> {
    await Promise.all(this.#handles.splice(0).map((handle) => handle[Symbol.asyncDispose]()));
  }
}

/** A channel between two handles, or of a handle to itself. Both ports can have events; neither has one. */
export async function join(back: Evtchn, front: Evtchn): Promise<Loopback> {
  const remote = back.bindUnboundPort(DOMID_SELF);
  const local = front.bindInterdomain(DOMID_SELF, remote);
  // A port that was connected has an event at once.
  await arrived(front);
  expect(front.read()).toEqual([local]);
  front.unmask(local);
  return { remote, local };
}

/**
 * Waits until a handle has an event. Of one that was sent on a domain with one vCPU it has as soon as the call returns; with
 * several it may take a moment.
 */
export async function arrived(handle: Evtchn): Promise<void> {
  await vi.waitFor(() => expect(handle.poll() & POLLIN).toBe(POLLIN), {
    timeout: PATIENCE,
    interval: 1,
  });
}

/** Overflows the ring of `back`: events that are unmasked and not read. */
export function overflow({ back, front, local, remote }: Pair): void {
  for (let sent = 0; (back.poll() & POLLERR) === 0; sent++) {
    if (sent === MANY) throw new Error(`no overflow after ${MANY} events`);
    front.notify(local);
    back.unmask(remote);
  }
}

/** The error of the device that a call fails with. @throws Error if it does not fail, or otherwise */
export function failure(call: () => unknown): EvtchnError {
  try {
    call();
  } catch (error) {
    if (error instanceof EvtchnError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

/** Lets everything happen that needs no further event: one turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
