import type { Evtchn } from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A console whose front end sends no event unless the back end sleeps, as the hold-off of Xen's ring.h has it. The back end
// finds the ring empty, says that it sleeps, and sleeps: a line that is put in between comes without an event.
//
// RING_FINAL_CHECK_FOR_REQUESTS of ring.h is this other look; mirage/mirage-block-xen#19 replaced a wait that could lose
// events for the same reason.

const LINES = 3;

/** Memory that both ends share. */
interface Page {
  readonly port: Cell<number | undefined>;
  readonly produced: Cell<number>;
  readonly sleeping: Cell<boolean>;
  readonly lines: string[];
}

type Sleep = (evtchn: Evtchn, page: Page, taken: number) => Promise<void>;

const brokenSleep: Sleep = async (evtchn, page) => {
  await page.sleeping.write(true);
  evtchn.unmask(await evtchn.pending());
  await page.sleeping.write(false);
};

const correctedSleep: Sleep = async (evtchn, page, taken) => {
  await page.sleeping.write(true);
  if ((await page.produced.read()) === taken) evtchn.unmask(await evtchn.pending());
  await page.sleeping.write(false);
};

async function back(party: Party, page: Page, printed: string[], sleep: Sleep): Promise<void> {
  using evtchn = party.openEvtchn(0);
  await page.port.write(evtchn.bindUnboundPort(7));
  while (printed.length < LINES) {
    const produced = await page.produced.read();
    if (produced === printed.length) await sleep(evtchn, page, printed.length);
    else printed.push(...page.lines.slice(printed.length, produced));
  }
}

async function front(party: Party, page: Page): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => page.port.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, page.port.value!);
  for (let line = 1; line <= LINES; line++) {
    await party.step('thinks of a line');
    page.lines.push(`line ${line}`);
    await page.produced.write(line);
    if (await page.sleeping.read()) evtchn.notify(port);
  }
}

function scenario(sleep: Sleep): Scenario {
  return (lab: Lab) => {
    const page: Page = {
      port: lab.cell<number | undefined>('port', undefined),
      produced: lab.cell('produced', 0),
      sleeping: lab.cell('sleeping', false),
      lines: [],
    };
    const printed: string[] = [];
    lab.party('back', (party) => back(party, page, printed, sleep));
    lab.party('front', (party) => front(party, page));
    lab.atEnd(() => {
      if (printed.join() !== page.lines.join()) throw new Error(`printed ${printed}`);
    });
  };
}

export const checkThenWait: Exhibit = {
  name: 'check-then-wait',
  title: 'check, then wait without another look',
  broken: scenario(brokenSleep),
  corrected: scenario(correctedSleep),
  failure: { kind: 'lost-wakeup', message: /back would wait for ever/ },
};
