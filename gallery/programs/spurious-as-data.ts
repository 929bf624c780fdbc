import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A disk takes a request for each event, before it looks whether there is one. An event that nobody sent, or that had
// merged into one already handled, has it serve what is not there.
//
// XSA-391: Linux's frontends were made to look, and to say so to Xen, when a back end's event brings nothing. Two ends that
// answered empty events: mirage/mirage-net-xen#124.

const REQUESTS = 2;

/** Memory that both ends share. */
interface Page {
  readonly port: Cell<number | undefined>;
  readonly produced: Cell<number>;
  readonly answered: Cell<number>;
  readonly requests: string[];
}

type Serve = (page: Page, served: number) => Promise<number>;

const brokenServe: Serve = async (page, served) => {
  let next = served;
  do {
    await answer(page, next++);
  } while (next < (await page.produced.read()));
  return next;
};

const correctedServe: Serve = async (page, served) => {
  let next = served;
  while (next < (await page.produced.read())) {
    await answer(page, next++);
  }
  return next;
};

async function answer(page: Page, index: number): Promise<void> {
  const request = page.requests[index];
  if (request === undefined) throw new Error(`request ${index} is not there`);
  await page.answered.write(index + 1);
}

async function back(party: Party, page: Page, serve: Serve): Promise<void> {
  using evtchn = party.openEvtchn(0);
  await page.port.write(evtchn.bindUnboundPort(7));
  let served = 0;
  for await (const port of evtchn) {
    served = await serve(page, served);
    evtchn.notify(port);
    if (served === REQUESTS) break;
  }
}

async function front(party: Party, page: Page): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => page.port.value !== undefined, 'the port');
  const channel = evtchn.channel(evtchn.bindInterdomain(0, page.port.value!));
  let events = 0;
  for (let request = 1; request <= REQUESTS; request++) {
    page.requests.push(`read sector ${request}`);
    await page.produced.write(request);
    channel.notify();
    while ((await page.answered.read()) < request) events = await channel.after(events);
  }
}

function scenario(serve: Serve): Scenario {
  return (lab: Lab) => {
    const page: Page = {
      port: lab.cell<number | undefined>('port', undefined),
      produced: lab.cell('produced', 0),
      answered: lab.cell('answered', 0),
      requests: [],
    };
    lab.party('back', (party) => back(party, page, serve));
    lab.party('front', (party) => front(party, page));
  };
}

export const spuriousAsData: Exhibit = {
  name: 'spurious-as-data',
  title: 'a spurious event taken for data',
  broken: scenario(brokenServe),
  corrected: scenario(correctedServe),
  failure: { kind: 'assertion', message: /request \d is not there/ },
  spurious: 1,
};
