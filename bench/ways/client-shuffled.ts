import type { EventAbi } from '../../src/index.js';
import { connectHandles } from '../channels.js';
import { one } from './client.js';
import type { Prepared } from './way.js';

/** As `client`, with the ports in no order: what the processor cannot foresee. */
export function prepare(count: number, abi: EventAbi): Prepared {
  const channels = connectHandles(count, abi);
  shuffle(channels.sent);
  return { host: channels.host, loop: one(channels), received: channels.received };
}

/** The same order every time, from a linear congruential generator. */
function shuffle(ports: Uint32Array): void {
  let state = 1;
  for (let last = ports.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 0x100000000) * (last + 1));
    const port = ports[last]!;
    ports[last] = ports[other]!;
    ports[other] = port;
  }
}
