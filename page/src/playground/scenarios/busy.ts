import { connect, takeOne } from '../pair.js';
import type { Scenario } from '../scenario.js';

/** Milliseconds that the back end works for one event. */
const WORK_MS = 12;

/** A front end that is faster than its back end. */
export const busy: Scenario = {
  id: 'busy',
  title: 'A back end that is slower than its front end',
  story: [
    'The front end in domain 7 notifies every 3 ms; the back end works for 12 ms before it unmasks its port. What comes meanwhile finds the port masked and is kept, as one event: three of four notifies merge.',
    'Nothing is lost and nothing piles up: that is how event channels do without queues. The event that was kept arrives inside the unmask.',
  ],
  begin(world) {
    const { back, front, frontPort } = connect(world, world.boot(7));
    back.loop(() => {
      const port = back.evtchn.tryPending();
      if (port !== undefined) back.after(WORK_MS, () => back.evtchn.unmask(port));
    });
    front.loop(() => takeOne(front));
    front.every(3, () => front.evtchn.notify(frontPort));
  },
};
