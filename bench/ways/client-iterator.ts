import type { EventAbi } from '../../src/index.js';
import { connectHandles } from '../channels.js';
import type { Prepared } from './way.js';

/** `for await` over the handle: each turn sends the next event. */
export function prepare(count: number, abi: EventAbi): Prepared {
  const { host, sender, receiver, sent, received } = connectHandles(count, abi);
  const mask = sent.length - 1;
  const loop = async (events: number) => {
    let sum = 0;
    let turn = 0;
    sender.notify(sent[0]!);
    for await (const port of receiver) {
      sum = (sum + port) | 0;
      if (++turn === events) break;
      sender.notify(sent[turn & mask]!);
    }
    return sum;
  };
  return { host, loop, received };
}
