import { BlockDevice } from '../block-device.js';
import type { Scenario } from '../scenario.js';

/** What event channels are made for, as it should be. */
export const ring: Scenario = {
  id: 'ring',
  title: 'A block device',
  story: [
    'A front end in domain 7 puts requests into a ring that it shares with a back end in domain 0, and notifies it. The back end reads the event, takes every request there is, notifies that they are answered, and unmasks its port.',
    'An event says "look", not "one request": of the six requests that come together every half second, the first is notified, and all six are found.',
  ],
  begin(world) {
    const device = new BlockDevice(world, world.boot(7));
    device.frontProgram.every(40, () => device.request());
    device.frontProgram.every(500, () => device.request(6));
  },
};
