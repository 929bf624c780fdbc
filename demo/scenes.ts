import { EVTCHNSTAT_UNBOUND, type Evtchn } from '../src/index.js';
import { LEGEND } from './sequence-diagram.js';
import { type Device, Stage } from './stage.js';
import type { StyledLine } from './styled-line.js';

/** The front end's first domain, and the one that comes after it. */
const FIRST = 7;
const SECOND = 8;

/**
 * Plays all scenes.
 * @param width - columns of the picture, 72 or more
 * @param write - takes its lines; `scene` is 0 before the first and after the last
 * @throws Error if the host does not do what a scene says of it
 */
export function play(width: number, write: (line: StyledLine, scene: number) => void): void {
  let scene = 0;
  const stage = new Stage(width, (line) => write(line, scene));
  const first = stage.boot(FIRST);
  write([{ text: 'A PV device over event channels: back end, Xen, front end', style: 'title' }], 0);
  write([{ text: LEGEND, style: 'faint' }], 0);
  scene = 1;
  const device = handshake(stage, first.openEvtchn({ comm: 'front-end' }));
  scene = 2;
  oneRequest(stage, device);
  scene = 3;
  burst(stage, device);
  scene = 4;
  masked(stage, device);
  scene = 5;
  death(stage, device);
  scene = 0;
  stage.finish();
}

function handshake(stage: Stage, handle: Evtchn): Device {
  stage.scene('1. Handshake', FIRST);
  const back = stage.backEnd(FIRST);
  stage.tick();
  const front = stage.frontEnd(handle, back);
  const device = { back, front };
  const { sent } = stage.counts.toFrontEnd;
  stage.tick();
  const answers = stage.answers(device);
  stage.shown(
    'Who connects has an event at once, though nobody sent one: look at the ring, find nothing.',
    sent === 0 && stage.counts.toFrontEnd.read === 1 && answers.length === 0,
  );
  stage.shown('The other end is told nothing.', !stage.backHasEvent);
  return device;
}

function oneRequest(stage: Stage, device: Device): void {
  stage.scene('2. One request and its answer', FIRST);
  stage.tick();
  stage.send(device, 0, 1000);
  stage.showRing();
  stage.tick();
  const handled = device.back.handleEvent();
  stage.tick();
  const answers = stage.answers(device);
  const sent = stage.counts.toBackEnd.sent;
  stage.showRing();
  stage.shown(
    'One notify each way. Before it waits, each side asks for the next: its event index is one ahead.',
    handled && answers.join() === '1' && sent === 1 && stage.bothWait,
  );
}

function burst(stage: Stage, device: Device): void {
  stage.scene('3. A burst: 8 notifies are one event', FIRST);
  const { back, front } = device;
  const before = { ...stage.counts.toBackEnd };
  front.notifyAlways = true;
  // As while its vCPU is scheduled out: Xen sets pending bits, and nobody looks.
  stage.dom0.kernel?.disableUpcalls(0);
  stage.diagram.note('left', 'vCPU takes no upcalls');
  for (let i = 0; i < 8; i++) {
    stage.tick();
    stage.send(device, i, i);
  }
  stage.showRing();
  stage.tick();
  stage.diagram.note('left', 'vCPU takes upcalls again');
  stage.dom0.kernel?.enableUpcalls(0);
  stage.tick();
  const handled = back.handleEvent();
  const seen = stage.backHasEvent;
  stage.tick();
  const answers = stage.answers(device);
  const { sent, coalesced, delivered } = stage.counts.toBackEnd;
  stage.shown(
    'An event says "look", not "one request": 8 notifies, 7 merged, 1 event, all 8 requests found.',
    sent - before.sent === 8 &&
      coalesced - before.coalesced === 7 &&
      delivered - before.delivered === 1 &&
      handled &&
      !seen &&
      answers.length === 8,
  );

  front.notifyAlways = false;
  let notifies = 0;
  stage.tick();
  for (let i = 0; i < 8; i++) if (stage.send(device, i, i)) notifies++;
  stage.tick();
  back.handleEvent();
  stage.tick();
  const again = stage.answers(device);
  stage.shown(
    'With req_event the back end says which request it wants to hear of: 8 requests, 1 notify.',
    notifies === 1 && again.length === 8,
  );
}

function masked(stage: Stage, device: Device): void {
  stage.scene('4. Masked: what comes meanwhile is kept, as one event', FIRST);
  const { back, front } = device;
  front.notifyAlways = true;
  stage.tick();
  stage.send(device, 1, 10);
  stage.tick();
  back.takeEvent();
  const served = back.work();
  stage.tick();
  stage.answers(device);
  stage.diagram.note('left', 'at work, port masked');
  const before = { ...stage.counts.toBackEnd };
  for (let i = 2; i < 5; i++) {
    stage.tick();
    stage.send(device, i, 10 * i);
  }
  stage.showRing();
  const during = stage.counts.toBackEnd.delivered - before.delivered;
  const readable = stage.backHasEvent;
  stage.tick();
  back.unmask();
  const inside = stage.counts.toBackEnd.delivered - before.delivered;
  stage.shown(
    'Masked from read to unmask: 3 notifies are kept as 1 event, which arrives inside the unmask.',
    served === 1 && during === 0 && !readable && inside === 1 && stage.backHasEvent,
  );
  stage.tick();
  back.handleEvent();
  stage.tick();
  const answers = stage.answers(device);
  stage.shown('Nothing was lost: the 3 requests are served.', answers.length === 3);
  front.notifyAlways = false;
}

function death(stage: Stage, { back, front }: Device): void {
  const { toBackEnd, toFrontEnd } = stage.counts;
  stage.scene('5. A front end that dies', FIRST);
  stage.tick();
  stage.send({ back, front }, 5, 50);
  stage.send({ back, front }, 6, 60);
  stage.tick();
  const delivered = toBackEnd.delivered;
  stage.host.domain(FIRST)?.destroy();
  const told = toBackEnd.delivered !== delivered;
  stage.tick();
  const lost = toFrontEnd.lost;
  back.handleEvent();
  stage.shown(
    'Xen does not tell the back end. It serves, it notifies, and that is no error: the event is lost.',
    !told && toFrontEnd.lost === lost + 1,
  );
  stage.tick();
  const { status, dom } = stage.dom0.hypercalls.status(0, back.port);
  const state = status === EVTCHNSTAT_UNBOUND ? 'unbound' : `status ${status}`;
  stage.diagram.note('left', `it is ${state}, for domain ${dom}`);
  stage.shown(
    'Only the status shows it: the port is unbound again, meant for the domain that is gone.',
    status === EVTCHNSTAT_UNBOUND && dom === FIRST,
  );
  stage.tick();
  back.disconnect();

  const second = stage.boot(SECOND);
  stage.scene('   The next one', SECOND);
  stage.tick();
  const nextBack = stage.backEnd(SECOND);
  stage.tick();
  const nextFront = stage.frontEnd(second.openEvtchn({ comm: 'front-end' }), nextBack);
  const next = { back: nextBack, front: nextFront };
  stage.tick();
  stage.answers(next);
  stage.tick();
  stage.send(next, 7, 70);
  stage.tick();
  nextBack.handleEvent();
  stage.tick();
  const answers = stage.answers(next);
  stage.shown('A new port, a new ring, and the device works again.', answers.join() === '1');
}
