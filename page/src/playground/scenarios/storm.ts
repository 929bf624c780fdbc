import { VIRQ_DEBUG } from 'xen-evtchn/embedded';
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
    'Once a second the vCPU of domain 0 takes no events for a moment, as when it is not scheduled, and 600 ports become pending. When it is back, one loop handles them all, and in the middle of it a handler of another driver takes 12 ms.',
    'Linux looks at the clock every 256 events. Finding that the loop has gone on for more than 8 ms, it defers the end of all further events of it: their ports stay masked for 40 ms after the program has written them back, so that a flood from one domain cannot keep the vCPU busy for ever.',
  ],
  begin(world) {
    const back = world.start(world.dom0, 'back-end');
    const domain = world.boot(7);
    const front = world.start(domain, 'front-end');
    const ports: number[] = [];
    for (let i = 0; i < CHANNELS; i++) {
      const port = back.evtchn.bindUnboundPort(7);
      ports.push(front.evtchn.bindInterdomain(0, port));
    }
    front.evtchn.unmask(front.evtchn.read(CHANNELS));
    back.loop(() => back.evtchn.unmask(back.evtchn.read(CHANNELS)));
    const kernel = world.dom0.kernel!;
    kernel.bindVirqToIrqHandler(VIRQ_DEBUG, 0, {
      name: 'slow',
      interrupt: () => world.clock.spend(SLOW_MS),
    });
    front.every(1000, () => {
      kernel.disableUpcalls(0);
      for (const port of ports.slice(0, HALF)) front.evtchn.notify(port);
      world.dom0.raiseVirq(VIRQ_DEBUG);
      for (const port of ports.slice(HALF)) front.evtchn.notify(port);
      kernel.enableUpcalls(0);
    });
  },
};
