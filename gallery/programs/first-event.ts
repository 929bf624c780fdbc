import type { Evtchn } from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A front end connects, asks for the version and waits for an event, which it takes for the answer. bind_interdomain gives
// the new port an event of its own at once; the program works as long as the answer is quicker than it looks.
//
// Xen means it so: events sent to the port before it was connected may be lost, so evtchn_bind_interdomain of
// xen/common/event_channel.c always has the connecting end look once.

const VERSION = 2;

/** Memory that both ends share. */
interface Page {
  readonly port: Cell<number | undefined>;
  readonly asked: Cell<boolean>;
  readonly version: Cell<number | undefined>;
}

type Wait = (evtchn: Evtchn, page: Page) => Promise<void>;

const brokenWait: Wait = async (evtchn) => {
  evtchn.unmask(await evtchn.pending());
};

const correctedWait: Wait = async (evtchn, page) => {
  while ((await page.version.read()) === undefined) evtchn.unmask(await evtchn.pending());
};

async function back(party: Party, page: Page): Promise<void> {
  using evtchn = party.openEvtchn(0);
  const port = evtchn.bindUnboundPort(7);
  await page.port.write(port);
  while (!(await page.asked.read())) evtchn.unmask(await evtchn.pending());
  await page.version.write(VERSION);
  evtchn.notify(port);
}

async function front(party: Party, page: Page, wait: Wait): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => page.port.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, page.port.value!);
  await page.asked.write(true);
  evtchn.notify(port);
  await party.step('sets up the rest');
  await wait(evtchn, page);
  const version = await page.version.read();
  if (version !== VERSION) throw new Error(`version ${version} of the back end is unknown`);
}

function scenario(wait: Wait): Scenario {
  return (lab: Lab) => {
    const page: Page = {
      port: lab.cell<number | undefined>('port', undefined),
      asked: lab.cell('asked', false),
      version: lab.cell<number | undefined>('version', undefined),
    };
    lab.party('back', (party) => back(party, page));
    lab.party('front', (party) => front(party, page, wait));
  };
}

export const firstEvent: Exhibit = {
  name: 'first-event',
  title: 'the first event after bind_interdomain not expected',
  broken: scenario(brokenWait),
  corrected: scenario(correctedWait),
  failure: { kind: 'assertion', message: /version undefined of the back end is unknown/ },
};
