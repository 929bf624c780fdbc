import type { EventAbi, Evtchn } from '../../src/index.js';
import { type Channels, connectHandles } from '../channels.js';
import type { Loop } from '../rounds.js';
import type { Prepared } from './way.js';

/** Notify, read one port, write it back. */
export function prepare(count: number, abi: EventAbi): Prepared {
  const channels = connectHandles(count, abi);
  return { host: channels.host, loop: one(channels), received: channels.received };
}

export function one({ sender, receiver, sent }: Channels<Evtchn>): Loop {
  const mask = sent.length - 1;
  return (events) => {
    let sum = 0;
    for (let i = 0; i < events; i++) {
      sender.notify(sent[i & mask]!);
      const port = receiver.tryPending()!;
      receiver.unmask(port);
      sum = (sum + port) | 0;
    }
    return sum;
  };
}
