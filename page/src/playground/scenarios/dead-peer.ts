import { BlockDevice } from '../block-device.js';
import type { Scenario } from '../scenario.js';
import type { World } from '../world.js';

/** Milliseconds that a front end lives, and until the next one comes. */
const LIFE_MS = 900;
const GAP_MS = 600;

/** A front end in a domain of that number, which dies; its back end goes on for a while. */
function generation(world: World, domid: number): void {
  if (world.dom0.destroyed) return;
  const domain = world.boot(domid);
  const device = new BlockDevice(world, domain);
  device.frontProgram.every(50, () => device.request());
  device.backProgram.every(100, () => device.backProgram.evtchn.notify(device.back.port));
  world.after(LIFE_MS, () => domain.destroy());
  device.backProgram.after(LIFE_MS + GAP_MS, () => device.backProgram.kill());
  // Numbers of domains are not given out again, in Xen neither.
  world.after(LIFE_MS + GAP_MS, () => generation(world, domid + 1));
}

/** Nobody tells who is left behind. */
export const deadPeer: Scenario = {
  id: 'death',
  title: 'A peer that dies',
  story: [
    'The domain of the front end is destroyed in the middle of its work. Xen closes its ports, and tells nobody: the port of the back end is unbound again, what is sent on it is lost, and that is no error.',
    'The back end notices nothing for a while, as real ones do until xenstore tells them. Then it closes its port, and a new front end comes, in a new domain.',
  ],
  begin(world) {
    generation(world, 7);
  },
};
