import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A back end of two consoles is told to detach one and closes its port. An event of that port that is in the handle's queue
// already stays there, and is read when the console is gone, or when another has got the port's number.
//
// libvmi/libvmi#899: what listened is gone, and an event that was queued before is delivered.

const GUESTS = [7, 8];

/** What the back end shares with the toolstack and the guests. */
interface Shared {
  readonly control: Cell<number | undefined>;
  readonly ports: readonly Cell<number | undefined>[];
  readonly connected: Cell<boolean>;
  readonly detached: Cell<boolean>;
}

/** What is to be done for an event, by port. */
type Handlers = Map<number, () => Promise<void>>;
type Dispatch = (handlers: Handlers, port: number) => Promise<void>;

const brokenDispatch: Dispatch = async (handlers, port) => {
  const handler = handlers.get(port);
  if (handler === undefined) throw new Error(`nothing has port ${port}`);
  await handler();
};

const correctedDispatch: Dispatch = async (handlers, port) => {
  const handler = handlers.get(port);
  // An event from before the port was closed.
  if (handler === undefined) return;
  await handler();
};

async function back(party: Party, shared: Shared, dispatch: Dispatch): Promise<void> {
  using evtchn = party.openEvtchn(0);
  const handlers: Handlers = new Map();
  const control = evtchn.bindUnboundPort(0);
  const [detachable, other] = GUESTS.map((domid) => evtchn.bindUnboundPort(domid));
  let printed = false;
  handlers.set(detachable!, () => party.step('prints what domain 7 says'));
  handlers.set(other!, async () => {
    await party.step('prints what domain 8 says');
    printed = true;
  });
  handlers.set(control, async () => {
    if (!(await shared.detached.read())) return;
    evtchn.unbind(detachable!);
    handlers.delete(detachable!);
  });
  await shared.control.write(control);
  await shared.ports[0]!.write(detachable);
  await shared.ports[1]!.write(other);
  for await (const port of evtchn) {
    await dispatch(handlers, port);
    if (printed && !handlers.has(detachable!)) break;
  }
}

async function front(party: Party, shared: Shared, index: number): Promise<void> {
  using evtchn = party.openEvtchn(GUESTS[index]!);
  const { ports } = shared;
  await party.until(() => ports[index]!.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, ports[index]!.value!);
  if (index === 0) await shared.connected.write(true);
  await party.step('has something to say');
  evtchn.notify(port);
}

async function toolstack(party: Party, shared: Shared): Promise<void> {
  using evtchn = party.openEvtchn(0);
  await party.until(() => shared.connected.value, 'console 7');
  const port = evtchn.bindInterdomain(0, shared.control.value!);
  for (let step = 0; step < 2; step++) await party.step('waits for its user');
  await shared.detached.write(true);
  evtchn.notify(port);
}

function scenario(dispatch: Dispatch): Scenario {
  return (lab: Lab) => {
    const shared: Shared = {
      control: lab.cell<number | undefined>('control port', undefined),
      ports: GUESTS.map((domid) => lab.cell<number | undefined>(`port for ${domid}`, undefined)),
      connected: lab.cell('connected', false),
      detached: lab.cell('detached', false),
    };
    lab.party('back', (party) => back(party, shared, dispatch));
    lab.party('front 7', (party) => front(party, shared, 0));
    lab.party('front 8', (party) => front(party, shared, 1));
    lab.party('toolstack', (party) => toolstack(party, shared));
  };
}

export const closingQueued: Exhibit = {
  name: 'closing-queued',
  title: 'closing while an event is queued',
  broken: scenario(brokenDispatch),
  corrected: scenario(correctedDispatch),
  failure: { kind: 'assertion', message: /nothing has port 2/ },
};
