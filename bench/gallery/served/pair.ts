/** A C program of the gallery that has a bug when compiled with it, and is as it should be when compiled without. */
export interface Pair {
  /** Name of its source in test/gallery/c. */
  readonly name: string;
  /** The bug, in a few words. */
  readonly bug: string;
  /** The faults that it does not get over, as `run --faults` takes them. */
  readonly spec: string;
  /** Rounds of one run. */
  readonly rounds: number;
  /** Seeds within which it must have failed. */
  readonly budget: number;
  /** What it says when it fails. */
  readonly failure: RegExp;
}

/** The pairs, in the order of the gallery. */
export const PAIRS: readonly Pair[] = [
  {
    name: 'check-then-wait',
    bug: 'check, then wait without another look',
    spec: 'storm:domain=1:rate=0.2',
    rounds: 200,
    budget: 10,
    failure: /hangs in round/,
  },
  {
    name: 'unmask-before-processing',
    bug: 'unmask before processing',
    spec: 'spurious:domain=0',
    rounds: 200,
    budget: 5,
    failure: /request \d+ was handled twice/,
  },
  {
    name: 'unmask-forgotten',
    bug: 'unmask forgotten on one path',
    spec: 'spurious:domain=0',
    rounds: 200,
    budget: 5,
    failure: /hangs in round/,
  },
  {
    name: 'one-read',
    bug: 'one read, where several ports are pending',
    spec: 'delay:domain=0:rate=0.02:until=event',
    rounds: 200,
    budget: 5,
    failure: /hangs in round/,
  },
  {
    name: 'one-event-per-send',
    bug: 'one event expected per send',
    spec: 'delay:domain=0:rate=0.03:ms=400',
    rounds: 100,
    budget: 5,
    failure: /readings were left behind/,
  },
  {
    name: 'index-after-notify',
    bug: 'ring index published after notify',
    spec: 'slow:domain=1:rate=0.01:ms=150..200',
    rounds: 200,
    budget: 5,
    failure: /hangs in round/,
  },
  {
    name: 'spurious-as-data',
    bug: 'a spurious event taken for data',
    spec: 'spurious:domain=0',
    rounds: 200,
    budget: 5,
    failure: /request \d+ was taken where \d+ is due/,
  },
  {
    name: 'first-event',
    bug: 'the first event after bind_interdomain not expected',
    spec: 'delay:domain=1:until=event:ms=5',
    rounds: 200,
    budget: 5,
    failure: /request \d+ was answered with \d+/,
  },
  {
    name: 'dead-peer',
    bug: 'a handshake that hangs when the peer dies',
    spec: 'die:domain=0',
    rounds: 200,
    budget: 5,
    failure: /hangs in round/,
  },
  {
    name: 'closing-queued',
    bug: 'closing while an event is queued',
    spec: 'spurious:domain=0',
    rounds: 200,
    budget: 5,
    failure: /an event of port \d+, which has no connection/,
  },
];
