import {
  type EventAbi,
  type Evtchn,
  type File,
  type HostDomain,
  IOCTL_EVTCHN_BIND_INTERDOMAIN,
  IOCTL_EVTCHN_BIND_UNBOUND_PORT,
  XenHost,
} from '../src/index.js';
import { ProgramMemory } from './program-memory.js';

/** Domains 0 and 1 with channels between them, all ports of a domain on one open file. */
export interface Channels<Handle> {
  readonly host: XenHost;
  /** In domain 0. */
  readonly sender: Handle;
  /** In domain 1. */
  readonly receiver: Handle;
  /** The sender's ports, in the order of the receiver's. */
  readonly sent: Uint32Array;
  /** The receiver's ports. */
  readonly received: Uint32Array;
}

/** The highest port there can be: no cap. */
export const NO_CAP = 0x7fffffff;
/** The sender. */
const SENDER = 0;
/** The receiver. */
const RECEIVER = 1;

/** Channels between two handles. */
export function connectHandles(count: number, abi: EventAbi): Channels<Evtchn> {
  const { host, sending, receiving } = twoDomains(abi);
  const sender = sending.openEvtchn();
  const receiver = receiving.openEvtchn();
  const sent = new Uint32Array(count);
  const received = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    received[i] = receiver.bindUnboundPort(SENDER);
    sent[i] = sender.bindInterdomain(RECEIVER, received[i]!);
  }
  // Each interdomain bind has left an event on the side that connected.
  for (let port = sender.tryPending(); port !== undefined; port = sender.tryPending()) {
    sender.unmask(port);
  }
  return { host, sender, receiver, sent, received };
}

/** The same between two files, by system calls. */
export function connectFiles(count: number, abi: EventAbi): Channels<File> {
  const { host, sending, receiving } = twoDomains(abi);
  const sender = sending.open();
  const receiver = receiving.open();
  const memory = new ProgramMemory();
  const sent = new Uint32Array(count);
  const received = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    memory.words[0] = SENDER;
    received[i] = receiver.ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, memory, 0);
    memory.words[0] = RECEIVER;
    memory.words[1] = received[i]!;
    sent[i] = sender.ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, memory, 0);
  }
  while (sender.read(memory, 0, 4) === 4) sender.write(memory, 0, 4);
  return { host, sender, receiver, sent, received };
}

function twoDomains(abi: EventAbi): {
  host: XenHost;
  sending: HostDomain;
  receiving: HostDomain;
} {
  const host = new XenHost();
  const sending = host.createDomain({ domid: SENDER, abi });
  const receiving = host.createDomain({ domid: RECEIVER, abi, maxEvtchnPort: NO_CAP });
  return { host, sending, receiving };
}
