/** Some faults under one name. */
export interface FaultMix {
  /** Its name in a SPEC. */
  readonly name: string;
  /** What it is for. */
  readonly description: string;
  /** The faults, as a SPEC. */
  readonly spec: string;
}

const DELIVERY =
  'spurious:rate=0.1,delay:rate=0.1:ms=1..20,delay:rate=0.05:until=event,merge:rate=0.1:ms=10,permute:rate=0.1:ms=5';
const SIGNALS = 'eintr:rate=0.1,eintr:rate=0.1:ms=1..20,short-read:rate=0.5';
const RESOURCES = 'bind:rate=0.1';
const PEERS = 'die:rate=0.01:max=1,destroy:rate=0.01:max=1';
const LOAD = 'storm:rate=0.02:events=50,overflow,slow:rate=0.02:ms=1..10';

/** The mixes there are, the one for most uses first. */
export const FAULT_MIXES: readonly FaultMix[] = [
  {
    name: 'ci',
    description:
      'what a correct program gets over without anybody noticing: events late, merged, spurious and in another order, short reads, interrupted reads, a busy neighbour, a slow host',
    spec: `${DELIVERY},${SIGNALS},storm:rate=0.01:events=20,slow:rate=0.01:ms=1..5`,
  },
  {
    name: 'delivery',
    description: 'how events arrive: spurious, late, merged, in another order',
    spec: DELIVERY,
  },
  {
    name: 'signals',
    description: 'how calls end: interrupted reads, short reads',
    spec: SIGNALS,
  },
  {
    name: 'resources',
    description: 'binds that fail for want of ports or memory',
    spec: RESOURCES,
  },
  {
    name: 'peers',
    description: 'a peer that is killed or whose domain is destroyed, each once at most',
    spec: PEERS,
  },
  {
    name: 'load',
    description: 'a neighbour that sends without end, rings that overflow, a slow host',
    spec: LOAD,
  },
  {
    name: 'all',
    description: 'all of the others together',
    spec: `${DELIVERY},${SIGNALS},${RESOURCES},${PEERS},${LOAD}`,
  },
];
