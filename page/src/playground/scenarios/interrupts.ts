import { VIRQ_ARGO } from 'xen-evtchn/embedded';
import { takeOne } from '../pair.js';
import type { Scenario } from '../scenario.js';

/** Events that no domain sends. */
export const interrupts: Scenario = {
  id: 'virq',
  title: 'Virtual interrupts',
  story: [
    'A program in domain 0 has bound VIRQ 11 (ARGO) to a port, as it would a peer. Xen raises the interrupt every 200 ms; it comes as an event, without a sender. In domain 7 nobody has bound it: there it is lost.',
    'Raise one yourself, in either domain.',
  ],
  begin(world) {
    const program = world.start(world.dom0, 'argo');
    program.evtchn.bindVirq(VIRQ_ARGO);
    program.loop(() => takeOne(program));
    const other = world.boot(7);
    const raise = (): void => {
      if (!world.dom0.destroyed) world.dom0.raiseVirq(VIRQ_ARGO);
      if (!other.destroyed) other.raiseVirq(VIRQ_ARGO);
      world.after(200, raise);
    };
    world.after(200, raise);
  },
};
