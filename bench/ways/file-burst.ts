import { type EventAbi, IOCTL_EVTCHN_NOTIFY } from '../../src/index.js';
import { connectFiles } from '../channels.js';
import { ProgramMemory } from '../program-memory.js';
import type { Prepared } from './way.js';

/** Events that are read and written back together. */
const BURST = 64;
/** Where in the program's memory they go, in words. */
const BUFFER = 64;

/** System calls, 64 ports to a read and a write. */
export function prepare(count: number, abi: EventAbi): Prepared {
  const { host, sender, receiver, sent, received } = connectFiles(count, abi);
  const mask = sent.length - 1;
  const memory = new ProgramMemory();
  const { words } = memory;
  const loop = (events: number) => {
    let sum = 0;
    for (let i = 0; i < events; ) {
      for (const end = i + BURST; i < end; i++) {
        words[0] = sent[i & mask]!;
        sender.ioctl(IOCTL_EVTCHN_NOTIFY, memory, 0);
      }
      const bytes = receiver.read(memory, BUFFER * 4, BURST * 4);
      for (let j = 0; j < bytes >>> 2; j++) sum = (sum + words[BUFFER + j]!) | 0;
      receiver.write(memory, BUFFER * 4, bytes);
    }
    return sum;
  };
  return { host, loop, received };
}
