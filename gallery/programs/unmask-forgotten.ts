import type { Evtchn } from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A disk takes all requests there are, so that a later event may find none: that path goes on to the next event without
// unmasking the port. There is no next event.
//
// mirage/ocaml-vchan#50: ports were not unmasked on the paths that listen and connect.

const REQUESTS = 3;

/** Memory that both ends share. */
interface Page {
  readonly port: Cell<number | undefined>;
  readonly produced: Cell<number>;
}

type Serve = (evtchn: Evtchn, page: Page) => Promise<void>;

const brokenServe: Serve = async (evtchn, page) => {
  let served = 0;
  while (served < REQUESTS) {
    const port = await evtchn.pending();
    const produced = await page.produced.read();
    if (produced === served) continue;
    served = produced;
    evtchn.unmask(port);
  }
};

const correctedServe: Serve = async (evtchn, page) => {
  let served = 0;
  while (served < REQUESTS) {
    const port = await evtchn.pending();
    const produced = await page.produced.read();
    if (produced !== served) served = produced;
    evtchn.unmask(port);
  }
};

async function back(party: Party, page: Page, serve: Serve): Promise<void> {
  using evtchn = party.openEvtchn(0);
  await page.port.write(evtchn.bindUnboundPort(7));
  await serve(evtchn, page);
}

async function front(party: Party, page: Page): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => page.port.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, page.port.value!);
  for (let request = 1; request <= REQUESTS; request++) {
    await party.step('has a request');
    await page.produced.write(request);
    evtchn.notify(port);
  }
}

function scenario(serve: Serve): Scenario {
  return (lab: Lab) => {
    const page: Page = {
      port: lab.cell<number | undefined>('port', undefined),
      produced: lab.cell('produced', 0),
    };
    lab.party('back', (party) => back(party, page, serve));
    lab.party('front', (party) => front(party, page));
  };
}

export const unmaskForgotten: Exhibit = {
  name: 'unmask-forgotten',
  title: 'unmask forgotten on one path',
  broken: scenario(brokenServe),
  corrected: scenario(correctedServe),
  failure: { kind: 'lost-wakeup', message: /back would wait for ever/ },
};
