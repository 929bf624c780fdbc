import type { EvtchnChannel } from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A console whose back end prints a line for each event. Events on a port that has one already merge into it, so that of
// two lines sent in a row the second has no event of its own.

const LINES = 3;

/** Memory that both ends share. */
interface Page {
  readonly port: Cell<number | undefined>;
  readonly produced: Cell<number>;
}

type Print = (channel: EvtchnChannel, page: Page) => Promise<void>;

const brokenPrint: Print = async (channel) => {
  for (let printed = 0; printed < LINES; ) printed = await channel.after(printed);
};

const correctedPrint: Print = async (channel, page) => {
  let events = 0;
  for (let printed = 0; printed < LINES; ) {
    events = await channel.after(events);
    printed = await page.produced.read();
  }
};

async function back(party: Party, page: Page, print: Print): Promise<void> {
  using evtchn = party.openEvtchn(0);
  const port = evtchn.bindUnboundPort(7);
  await page.port.write(port);
  await print(evtchn.channel(port), page);
}

async function front(party: Party, page: Page): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => page.port.value !== undefined, 'the port');
  const channel = evtchn.channel(evtchn.bindInterdomain(0, page.port.value!));
  for (let line = 1; line <= LINES; line++) {
    await party.step('thinks of a line');
    await page.produced.write(line);
    channel.notify();
  }
}

function scenario(print: Print): Scenario {
  return (lab: Lab) => {
    const page: Page = {
      port: lab.cell<number | undefined>('port', undefined),
      produced: lab.cell('produced', 0),
    };
    lab.party('back', (party) => back(party, page, print));
    lab.party('front', (party) => front(party, page));
  };
}

export const oneEventPerSend: Exhibit = {
  name: 'one-event-per-send',
  title: 'one event expected per send',
  broken: scenario(brokenPrint),
  corrected: scenario(correctedPrint),
  failure: { kind: 'lost-wakeup', message: /back would wait for ever/ },
};
