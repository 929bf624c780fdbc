import type { Evtchn } from 'xen-evtchn/embedded';
import type { Cell, Lab, Party, Scenario } from 'xen-evtchn/lab';
import type { Exhibit } from '../exhibit.js';

// A disk with two workers on one handle. A port that is masked is a lock: nobody else gets an event of it until it is
// unmasked. Unmasked before the work, "so that no event is missed", it lets the second worker into the ring of the first.
//
// xapi-project/blktap#326 proposed to unmask later for fear of this race; there it was not the cause of the stall.

const REQUESTS = 3;

/** What the workers share, and the ring that they share with the front end. */
interface Disk {
  evtchn: Evtchn | undefined;
  readonly port: Cell<number | undefined>;
  readonly produced: Cell<number>;
  readonly consumed: Cell<number>;
  readonly served: Set<number>;
}

type Turn = (disk: Disk, port: number) => Promise<void>;

const brokenTurn: Turn = async (disk, port) => {
  disk.evtchn!.unmask(port);
  await serve(disk);
};

/** The loop unmasks the port when its turn is over. */
const correctedTurn: Turn = async (disk) => {
  await serve(disk);
};

async function serve(disk: Disk): Promise<void> {
  const produced = await disk.produced.read();
  let next = await disk.consumed.read();
  while (next < produced) {
    if (disk.served.has(next)) throw new Error(`request ${next} is served twice`);
    disk.served.add(next++);
    await disk.consumed.write(next);
  }
  if (next === REQUESTS) disk.evtchn!.close();
}

async function worker(party: Party, disk: Disk, turn: Turn): Promise<void> {
  await party.until(() => disk.evtchn !== undefined, 'the handle');
  for await (const port of disk.evtchn!) await turn(disk, port);
}

async function back(party: Party, disk: Disk, turn: Turn): Promise<void> {
  using evtchn = party.openEvtchn(0);
  await disk.port.write(evtchn.bindUnboundPort(7));
  disk.evtchn = evtchn;
  await worker(party, disk, turn);
}

async function front(party: Party, disk: Disk): Promise<void> {
  using evtchn = party.openEvtchn(7);
  await party.until(() => disk.port.value !== undefined, 'the port');
  const port = evtchn.bindInterdomain(0, disk.port.value!);
  for (let request = 1; request <= REQUESTS; request++) {
    await party.step('has a request');
    await disk.produced.write(request);
    evtchn.notify(port);
  }
}

function scenario(turn: Turn): Scenario {
  return (lab: Lab) => {
    const disk: Disk = {
      evtchn: undefined,
      port: lab.cell<number | undefined>('port', undefined),
      produced: lab.cell('produced', 0),
      consumed: lab.cell('consumed', 0),
      served: new Set(),
    };
    lab.party('worker 1', (party) => back(party, disk, turn));
    lab.party('worker 2', (party) => worker(party, disk, turn));
    lab.party('front', (party) => front(party, disk));
    lab.atEnd(() => {
      if (disk.served.size !== REQUESTS)
        throw new Error(`${disk.served.size} requests were served`);
    });
  };
}

export const unmaskBeforeProcessing: Exhibit = {
  name: 'unmask-before-processing',
  title: 'unmask before processing',
  broken: scenario(brokenTurn),
  corrected: scenario(correctedTurn),
  failure: { kind: 'assertion', message: /request \d is served twice/ },
};
