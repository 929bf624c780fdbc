import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A back end is told to detach its console and closes the port. An event of that port that is in the handle's queue already
// stays there, and is read when the console is gone, or when another has got the port's number.
//
// libvmi/libvmi#899: what listened is gone, and an event that was queued before is delivered.

/** What the back end shares with the toolstack and the guest. */
interface Shared {
  readonly control: Cell<number | undefined>;
  readonly wanted: Cell<'console' | 'detached' | 'stopped'>;
  readonly port: Cell<number | undefined>;
  readonly connected: Cell<boolean>;
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
  const port = evtchn.bindUnboundPort(7);
  let wanted = shared.wanted.value;
  handlers.set(port, async () => {
    await shared.line.read();
  });
  handlers.set(control, async () => {
    wanted = await shared.wanted.read();
    if (wanted !== 'console' && handlers.delete(port)) evtchn.unbind(port);
  });
  await shared.control.write(control);
  await shared.port.write(port);
  for await (const got of evtchn) {
    await dispatch(handlers, got);
    if (wanted === 'stopped') break;
  }
}

async function front(party: Party, shared: Shared): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => shared.port.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, shared.port.value!);
  await shared.connected.write(true);
  await shared.line.write('up');
  evtchn.notify(port);
}

async function toolstack(party: Party, shared: Shared): Promise<void> {
  using evtchn = party.openEvtchn(0);
  await party.until(() => shared.connected.value, 'the console');
  const port = evtchn.bindInterdomain(0, shared.control.value!);
  for (const wanted of ['detached', 'stopped'] as const) {
    await shared.wanted.write(wanted);
    evtchn.notify(port);
  }
}

function scenario(dispatch: Dispatch): Scenario {
  return (lab: Lab) => {
    const shared: Shared = {
      control: lab.cell<number | undefined>('control port', undefined),
      wanted: lab.cell<'console' | 'detached' | 'stopped'>('wanted', 'console'),
      port: lab.cell<number | undefined>('port', undefined),
      connected: lab.cell('connected', false),
      line: lab.cell('line', ''),
    };
    lab.party('back', (party) => back(party, shared, dispatch));
    lab.party('front', (party) => front(party, shared));
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
