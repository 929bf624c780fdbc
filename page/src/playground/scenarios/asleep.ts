import { connect, takeOne } from '../pair.js';
import type { Scenario } from '../scenario.js';

/** A program that stops reading. */
export const asleep: Scenario = {
  id: 'asleep',
  title: 'A back end that stops reading',
  story: [
    'The back end in domain 0 reads six events, and then hangs in something else: a lock, a disk, an endless loop. The next event is delivered, its port is masked, and it stays in the ring of the open file, unread.',
    'To Xen and to the kernel all is well. What tells is that the event is in the ring and nobody waits for it.',
  ],
  begin(world) {
    let events = 0;
    const { back, front, frontPort } = connect(world, world.boot(7));
    back.loop(() => {
      if (takeOne(back) && ++events === 6) back.hang();
    });
    front.every(80, () => front.evtchn.notify(frontPort));
  },
};
