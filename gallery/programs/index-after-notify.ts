import type { Evtchn } from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A vchan writer sends its event first and publishes the ring's index after that. A reader that is quick sees the event and
// the old index, finds nothing, and waits for an event that was sent already.

const BYTES = 2;

/** Memory that both ends share. */
interface Page {
  readonly port: Cell<number | undefined>;
  readonly produced: Cell<number>;
}

type Publish = (evtchn: Evtchn, port: number, page: Page, produced: number) => Promise<void>;

const brokenPublish: Publish = async (evtchn, port, page, produced) => {
  evtchn.notify(port);
  await page.produced.write(produced);
};

const correctedPublish: Publish = async (evtchn, port, page, produced) => {
  await page.produced.write(produced);
  evtchn.notify(port);
};

async function reader(party: Party, page: Page): Promise<void> {
  using evtchn = party.openEvtchn(0);
  await page.port.write(evtchn.bindUnboundPort(7));
  let read = 0;
  for await (const _port of evtchn) {
    read = await page.produced.read();
    if (read === BYTES) break;
  }
}

async function writer(party: Party, page: Page, publish: Publish): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => page.port.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, page.port.value!);
  for (let written = 1; written <= BYTES; written++) {
    await party.step('has a byte');
    await publish(evtchn, port, page, written);
  }
}

function scenario(publish: Publish): Scenario {
  return (lab: Lab) => {
    const page: Page = {
      port: lab.cell<number | undefined>('port', undefined),
      produced: lab.cell('produced', 0),
    };
    lab.party('reader', (party) => reader(party, page));
    lab.party('writer', (party) => writer(party, page, publish));
  };
}

export const indexAfterNotify: Exhibit = {
  name: 'index-after-notify',
  title: 'ring index published after notify',
  broken: scenario(brokenPublish),
  corrected: scenario(correctedPublish),
  failure: { kind: 'lost-wakeup', message: /reader would wait for ever/ },
};
