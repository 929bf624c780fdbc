import { VIRQ_DEBUG, VIRQ_XENOPROF } from 'xen-evtchn/embedded';
import type { Scenario } from '../scenario.js';

/** More events at once than Linux handles before it looks at the clock a second time (512). */
const CHANNELS = 600;
const HALF = CHANNELS / 2;
/** Milliseconds that a handler of another driver takes meanwhile: more than the 8 that a loop may. */
const SLOW_MS = 12;

/** What Linux does when events do not end. */
export const storm: Scenario = {
  id: 'storm',
  title: 'A storm, and the brake that Linux has for it',
  story: [
    'Once a second vCPU 0 of domain 0 takes no events for a moment, as when it is not scheduled, and 600 ports become pending. When it is back, one loop handles them all; twice in it, a handler of another driver takes 12 ms. On another vCPU, the back end reads and unmasks meanwhile.',
    'Linux looks at the clock every 256 events. Finding that the loop has gone on for more than 8 ms, it defers the end of all further events that are written back while the loop goes on: their ports stay masked for 40 ms more, so that a flood from one domain cannot keep the vCPU busy for ever.',
  ],
  // All of it, since what matters comes last.
  eventsPerBatch: CHANNELS + 100,
  begin(world) {
    const back = world.start(world.dom0, 'back-end');
    const front = world.start(world.boot(7), 'front-end');
    const ports = Array.from({ length: CHANNELS }, () =>
      front.evtchn.bindInterdomain(0, back.evtchn.bindUnboundPort(7)),
    );
    front.evtchn.unmask(front.evtchn.read(CHANNELS));
    const handle = (): void => back.evtchn.unmask(back.evtchn.read(CHANNELS));
    back.loop(handle);
    const kernel = world.dom0.kernel!;
    const slow = {
      name: 'slow',
      interrupt: () => {
        world.clock.spend(SLOW_MS);
        if (back.alive) handle();
      },
    };
    for (const virq of [VIRQ_DEBUG, VIRQ_XENOPROF]) kernel.bindVirqToIrqHandler(virq, 0, slow);
    front.every(1000, () => {
      kernel.disableUpcalls(0);
      for (const port of ports.slice(0, HALF)) front.evtchn.notify(port);
      if (!world.dom0.destroyed) world.dom0.raiseVirq(VIRQ_DEBUG);
      for (const port of ports.slice(HALF)) front.evtchn.notify(port);
      if (!world.dom0.destroyed) world.dom0.raiseVirq(VIRQ_XENOPROF);
      kernel.enableUpcalls(0);
    });
  },
};
