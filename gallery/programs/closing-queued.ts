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
  readonly connected: Cell<boolean>;
  readonly detached: Cell<boolean>;
  readonly consoles: readonly Console[];
}

/** What the back end shares with one guest. */
interface Console {
  readonly port: Cell<number | undefined>;
  readonly line: Cell<string>;
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
  const [first, second] = GUESTS.map((domid) => evtchn.bindUnboundPort(domid));
  const lines = ['', ''];
  handlers.set(first!, async () => {
    lines[0] = await shared.consoles[0]!.line.read();
  });
  handlers.set(second!, async () => {
    lines[1] = await shared.consoles[1]!.line.read();
  });
  handlers.set(control, async () => {
    if ((await shared.detached.read()) && handlers.delete(first!)) evtchn.unbind(first!);
  });
  await shared.control.write(control);
  await shared.consoles[0]!.port.write(first);
  await shared.consoles[1]!.port.write(second);
  for await (const port of evtchn) {
    await dispatch(handlers, port);
    if (lines[1] !== '' && !handlers.has(first!)) break;
  }
}

async function front(party: Party, shared: Shared, index: number): Promise<void> {
  const { port, line } = shared.consoles[index]!;
  using evtchn = party.openEvtchn(GUESTS[index]!);
  await party.until(() => port.value !== undefined, 'the port');
  const own = evtchn.bindInterdomain(0, port.value!);
  if (index === 0) await shared.connected.write(true);
  await line.write('up');
  evtchn.notify(own);
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
      connected: lab.cell('connected', false),
      detached: lab.cell('detached', false),
      consoles: GUESTS.map((domid) => ({
        port: lab.cell<number | undefined>(`port for ${domid}`, undefined),
        line: lab.cell(`line of ${domid}`, ''),
      })),
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
