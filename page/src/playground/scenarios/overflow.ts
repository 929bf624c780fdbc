import { connect, takeOne } from '../pair.js';
import type { Scenario } from '../scenario.js';

/** A program that enables a port whose event it has not read. */
export const overflow: Scenario = {
  id: 'overflow',
  title: 'A ring that overflows',
  story: [
    'The ring of an open file has room for as many events as it has ports, 64 at least: as long as a port is written back after its event was read, it cannot be full. This back end writes first, and reads only once a second. Each write lets one more event into the ring.',
    'The 65th event meets a full ring and is gone. Every read fails with EFBIG from then on, until the program resets the ring, which this one does a second later.',
  ],
  begin(world) {
    const { back, backPort, front, frontPort } = connect(world, world.boot(7));
    front.every(10, () => {
      front.evtchn.notify(frontPort);
      back.evtchn.unmask(backPort);
    });
    back.every(2000, () => {
      back.evtchn.reset();
      back.evtchn.unmask(backPort);
      takeOne(back);
    });
  },
};
