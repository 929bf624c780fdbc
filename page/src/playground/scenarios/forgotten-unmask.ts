import { connect, takeOne } from '../pair.js';
import type { Scenario } from '../scenario.js';

/** The fifth event is the one that goes wrong. */
const LAST_GOOD = 4;

/** The most common mistake: a port that was read and is never written back. */
export const forgottenUnmask: Scenario = {
  id: 'unmask',
  title: 'A back end that forgets to unmask',
  story: [
    'The back end in domain 0 reads its events and writes each port back, but for the fifth: an error path leaves without xenevtchn_unmask. From then on its port stays masked. The front end goes on notifying, each event merges into the one that is pending, and the back end waits for ever in xenevtchn_pending.',
    'The map marks the port, and says why: it was read, and not unmasked since. A second pair of programs, in domain 8, shows how it should be.',
  ],
  begin(world) {
    let events = 0;
    const bad = connect(world, world.boot(7));
    bad.back.loop(() => {
      const port = bad.back.evtchn.tryPending();
      if (port !== undefined && ++events <= LAST_GOOD) bad.back.evtchn.unmask(port);
    });
    bad.front.every(100, () => bad.front.evtchn.notify(bad.frontPort));
    const good = connect(world, world.boot(8));
    good.back.loop(() => takeOne(good.back));
    good.front.every(100, () => good.front.evtchn.notify(good.frontPort));
  },
};
