import { type EventAbi, IOCTL_EVTCHN_NOTIFY } from '../../src/index.js';
import { connectFiles } from '../channels.js';
import { ProgramMemory } from '../program-memory.js';
import type { Prepared } from './way.js';

/** The system calls of a program: ioctl to notify, read of four bytes, write of four bytes. */
export function prepare(count: number, abi: EventAbi): Prepared {
  const { host, sender, receiver, sent, received } = connectFiles(count, abi);
  const mask = sent.length - 1;
  const memory = new ProgramMemory();
  const { words } = memory;
  const loop = (events: number) => {
    let sum = 0;
    for (let i = 0; i < events; i++) {
      words[0] = sent[i & mask]!;
      sender.ioctl(IOCTL_EVTCHN_NOTIFY, memory, 0);
      receiver.read(memory, 4, 4);
      receiver.write(memory, 4, 4);
      sum = (sum + words[1]!) | 0;
    }
    return sum;
  };
  return { host, loop, received };
}
