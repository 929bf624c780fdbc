import type { EventAbi } from '../../src/index.js';
import { connectHandles } from '../channels.js';
import type { Prepared } from './way.js';

/** The program waits for the event first, as one that is told of events by a promise does: two turns of the microtask queue. */
export function prepare(count: number, abi: EventAbi): Prepared {
  const { host, sender, receiver, sent, received } = connectHandles(count, abi);
  const mask = sent.length - 1;
  const loop = async (events: number) => {
    let sum = 0;
    for (let i = 0; i < events; i++) {
      const waiting = receiver.pending();
      sender.notify(sent[i & mask]!);
      const port = await waiting;
      receiver.unmask(port);
      sum = (sum + port) | 0;
    }
    return sum;
  };
  return { host, loop, received };
}
