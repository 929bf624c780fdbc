import { type Evtchn, POLLIN } from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A back end of two consoles polls its handle, and reads when there is something to read. A read gives all ports that have
// events; the program looks at the first, and the others stay masked with their events gone.

const GUESTS = [7, 8];

/** Memory that the back end shares with one guest. */
interface Page {
  readonly port: Cell<number | undefined>;
  readonly line: Cell<string>;
}

type Serve = (evtchn: Evtchn, print: (port: number) => Promise<void>) => Promise<void>;

const brokenServe: Serve = async (evtchn, print) => {
  const [port] = evtchn.read();
  await print(port!);
};

const correctedServe: Serve = async (evtchn, print) => {
  for (const port of evtchn.read()) await print(port);
};

async function back(party: Party, pages: readonly Page[], serve: Serve): Promise<void> {
  using evtchn = party.openEvtchn(0);
  const consoles = new Map<number, Page>();
  for (const [index, page] of pages.entries()) {
    const port = evtchn.bindUnboundPort(GUESTS[index]!);
    consoles.set(port, page);
    await page.port.write(port);
  }
  const printed = new Set<string>();
  while (printed.size < GUESTS.length) {
    await party.until(() => (evtchn.poll() & POLLIN) !== 0, 'POLLIN');
    await serve(evtchn, async (port) => {
      const line = await consoles.get(port)!.line.read();
      if (line !== '') printed.add(line);
      evtchn.unmask(port);
    });
  }
}

async function front(party: Party, page: Page, domid: number): Promise<void> {
  using evtchn = party.openEvtchn(domid);
  await party.until(() => page.port.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, page.port.value!);
  // The guests were started one after the other.
  for (let left = domid; left > GUESTS[0]!; left--) await party.step('boots');
  await page.line.write(`domain ${domid} is up`);
  evtchn.notify(port);
}

function scenario(serve: Serve): Scenario {
  return (lab: Lab) => {
    const pages = GUESTS.map((domid) => ({
      port: lab.cell<number | undefined>(`port for domain ${domid}`, undefined),
      line: lab.cell(`line of domain ${domid}`, ''),
    }));
    lab.party('back', (party) => back(party, pages, serve));
    for (const [index, domid] of GUESTS.entries()) {
      lab.party(`front ${domid}`, (party) => front(party, pages[index]!, domid));
    }
  };
}

export const oneRead: Exhibit = {
  name: 'one-read',
  title: 'one port of a read, where several are pending',
  broken: scenario(brokenServe),
  corrected: scenario(correctedServe),
  failure: { kind: 'lost-wakeup', message: /back would wait for ever/ },
};
