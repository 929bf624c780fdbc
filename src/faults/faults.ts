import { FAULT_NAMES, type FaultName } from '../trace/fault-name.js';
import type { FaultKey } from './fault-key.js';
import type { FaultRange } from './fault-rule.js';

/** A fault that a served host can show. */
export interface Fault {
  /** Its name in a SPEC and in traces. */
  readonly name: FaultName;
  /** What happens, in a sentence. */
  readonly summary: string;
  /** Why a real Xen host may show the same. */
  readonly legal: string;
  /** Where it may happen: what is counted by `nth` and met by `rate`. */
  readonly occasion: string;
  /** What an occasion is counted by: `port` for each port of each domain, `process` for each name of a process in each domain, `domain` for each domain. */
  readonly place: 'port' | 'process' | 'domain';
  /** What may be said of it. */
  readonly keys: readonly FaultKey[];
  /** How likely it is at an occasion unless said otherwise. */
  readonly rate: number;
  /** Milliseconds unless said otherwise; undefined for a fault without `ms`. */
  readonly ms?: FaultRange;
  /** The largest `ms`. */
  readonly longest?: number;
  /** Events unless said otherwise; undefined for a fault without `events`. */
  readonly events?: number;
  /** What the value of its record is. */
  readonly value: string;
}

/** How long an event may be held back, in milliseconds. */
const LONGEST_HOLD = 60_000;
/** How long the server may stand still: it serves nobody meanwhile, and cannot be stopped. */
const LONGEST_SLOW = 1000;

const ANYWHERE: readonly FaultKey[] = ['rate', 'nth', 'domain', 'process', 'max'];
const ON_PORT: readonly FaultKey[] = ['rate', 'nth', 'domain', 'port', 'process', 'max'];

const ALL: Readonly<Record<FaultName, Omit<Fault, 'name'>>> = {
  spurious: {
    summary: 'An event comes that stands for nothing: nobody sent it.',
    legal:
      'An event says that there may be something to do, never what: a peer may notify as often as it likes, also without cause, and Xen itself leaves a port pending when it is connected (bind_interdomain). Linux counts such events and calls them spurious.',
    occasion:
      'a connected port of an open file: when it becomes connected (at both ends), and each time it is written back',
    place: 'port',
    keys: [...ON_PORT, 'ms'],
    rate: 0.05,
    ms: { from: 0, to: 0 },
    longest: LONGEST_HOLD,
    value: 'milliseconds after the occasion',
  },
  delay: {
    summary: 'An event is delivered late.',
    legal:
      'Nothing says when an event arrives: the vCPU of the receiver may not be running, its upcall may be masked, and its port is masked while its interrupt moves to another vCPU. It stays pending and is delivered then.',
    occasion: 'an event is about to be put into the ring of an open file',
    place: 'port',
    keys: [...ON_PORT, 'ms', 'until'],
    rate: 0.1,
    ms: { from: 1, to: 20 },
    longest: LONGEST_HOLD,
    value: 'milliseconds it is held at most',
  },
  merge: {
    summary: 'An event waits for the next ones on its port, and all become one.',
    legal:
      'A port is pending or not: events that are sent before the first of them is delivered are one event, as Xen keeps one bit. How many were sent nobody can tell from what arrives.',
    occasion: 'an event is about to be put into the ring of an open file',
    place: 'port',
    keys: [...ON_PORT, 'ms', 'events'],
    rate: 0.1,
    ms: { from: 20, to: 20 },
    longest: LONGEST_HOLD,
    events: 2,
    value: 'milliseconds it waits at most',
  },
  permute: {
    summary: 'Events of several ports of a domain arrive in another order than they were sent in.',
    legal:
      'There is no order between ports: the two-level ABI finds pending ports by scanning a bitmap from wherever it stopped, the FIFO ABI keeps the order only within one priority of one vCPU. Each port still gets its event.',
    occasion: 'an event is about to be put into the ring of an open file',
    place: 'port',
    keys: [...ON_PORT, 'ms', 'events'],
    rate: 0.1,
    ms: { from: 5, to: 5 },
    longest: LONGEST_HOLD,
    events: 2,
    value: 'milliseconds it waits at most for the other ports',
  },
  eintr: {
    summary: 'A read that waits is interrupted: it answers EINTR.',
    legal:
      'As read(2) says: a signal whose handler was installed without SA_RESTART ends a blocked read with EINTR, and evtchn_read passes on what its wait was interrupted with. Nothing is taken out of the ring.',
    occasion: 'a read finds no event and would wait',
    place: 'process',
    keys: [...ANYWHERE, 'ms'],
    rate: 0.05,
    ms: { from: 0, to: 0 },
    longest: LONGEST_HOLD,
    value: 'milliseconds the read waited before',
  },
  'short-read': {
    summary: 'A read gives fewer ports than there are, but one at least.',
    legal:
      'A read gives what is in the ring at that moment: the others may as well have arrived just after it. They stay in the ring, and the next read gives them.',
    occasion: 'a read asks for several ports, and several are there',
    place: 'process',
    keys: ANYWHERE,
    rate: 0.25,
    value: 'ports it gives',
  },
  bind: {
    summary: 'An ioctl that binds a port answers ENOMEM or ENOSPC, and nothing is bound.',
    legal:
      'Xen answers ENOSPC when a domain has no port left (max_event_channels in its configuration, 1023 by default), and ENOMEM when it cannot allocate; the driver answers ENOMEM when it cannot.',
    occasion: 'one of the ioctls IOCTL_EVTCHN_BIND_*',
    place: 'process',
    keys: [...ANYWHERE, 'errno'],
    rate: 0.05,
    value: 'the errno, negative',
  },
  die: {
    summary: 'The processes of a domain that have its device open are killed.',
    legal:
      'Any process can end at any moment, killed by the kernel that runs out of memory, by an administrator or by its own fault. Its file is closed, its ports with it, and the peers are not told.',
    occasion:
      'a call of the device (ioctl, read or write) in the domain is answered; without `domain`, in any but domain 0',
    place: 'domain',
    keys: ANYWHERE,
    rate: 0.01,
    value: 'processes that were killed',
  },
  destroy: {
    summary: 'A domain is destroyed.',
    legal:
      'A domain may end at any moment, by xl destroy, a crash of the guest, or a toolstack that gives up: its channels are closed, the ports of its peers are unbound from then on, and nobody tells them.',
    occasion:
      'a call of the device (ioctl, read or write) in the domain is answered; in any domain but 0, without which there is no host',
    place: 'domain',
    keys: ANYWHERE,
    rate: 0.01,
    value: '0',
  },
  storm: {
    summary:
      'A peer sends without end: as often as a port is written back, its event is there again.',
    legal:
      'Nothing limits how often a domain may send. A guest that misbehaves does just this to its back end, which Linux answers with late EOIs that it puts off (XSA-332).',
    occasion:
      'a connected port of an open file: when it becomes connected (at both ends), and each time it is written back',
    place: 'port',
    keys: [...ON_PORT, 'events'],
    rate: 0.01,
    events: 50,
    value: 'events that are still to come',
  },
  overflow: {
    summary: 'The ring of an open file overflows: reads answer EFBIG until IOCTL_EVTCHN_RESET.',
    legal:
      'A ring has room for the ports that are bound. Entries of ports that were unbound unread take that room away; when the peers of all bound ports send then, the ring is full (evtchn_interrupt). Only where that can happen, it does.',
    occasion:
      'a call of the device leaves unread entries of ports that are no longer bound, and events on all ports that are enabled would overflow the ring',
    place: 'process',
    keys: ANYWHERE,
    rate: 1,
    value: 'ports that get an event',
  },
  slow: {
    summary: 'The device takes its time for a call.',
    legal:
      'Any call may take long: the process is preempted, its vCPU is not scheduled, or another call holds the lock of the file. While it lasts, nobody else is served.',
    occasion: 'a call of the device: ioctl, read, write or poll',
    place: 'process',
    keys: [...ANYWHERE, 'ms'],
    rate: 0.02,
    ms: { from: 1, to: 10 },
    longest: LONGEST_SLOW,
    value: 'milliseconds',
  },
};

/** All faults, by name. */
export const FAULTS: ReadonlyMap<FaultName, Fault> = new Map(
  FAULT_NAMES.map((name) => [name, { name, ...ALL[name] }]),
);
