import type { EventAbi } from '../../src/index.js';
import { connectHandles } from '../channels.js';
import type { Prepared } from './way.js';

/** Events that are read and written back together. */
const BURST = 64;

/** Notify 64 ports, read them at once, write them back at once. The channels are at least 64. */
export function prepare(count: number, abi: EventAbi): Prepared {
  const { host, sender, receiver, sent, received } = connectHandles(count, abi);
  const mask = sent.length - 1;
  const ports = new Uint32Array(BURST);
  const loop = (events: number) => {
    let sum = 0;
    for (let i = 0; i < events; ) {
      for (const end = i + BURST; i < end; i++) sender.notify(sent[i & mask]!);
      const read = receiver.readInto(ports);
      for (let j = 0; j < read; j++) sum = (sum + ports[j]!) | 0;
      receiver.unmask(ports);
    }
    return sum;
  };
  return { host, loop, received };
}
