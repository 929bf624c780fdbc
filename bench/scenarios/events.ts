import type { EventAbi, XenHost } from '../../src/index.js';
import { prepareEmit, sumOf } from '../emit.js';
import { type Contender, measureRounds, type RoundOptions } from '../rounds.js';
import type { Way, WayName } from '../ways/way.js';

/** Events that are traced before the sink is taken away again. */
const TRACED_EVENTS = 16384;

export interface EventsOptions extends RoundOptions {
  readonly way: WayName;
  readonly abi: EventAbi;
  /** Channels, a power of two. */
  readonly ports: number;
  /** A sink was never set, was set and taken away, or is there and counts. */
  readonly sink: 'never' | 'removed' | 'counting';
  /** Events in one call of the loop; a multiple of the ports. */
  readonly events: number;
}

export interface EventsFigures {
  /** Nanoseconds of one emit, per round. */
  readonly emit: number[];
  /** Nanoseconds of one event, per round. */
  readonly event: number[];
}

/** Measures events of one kind, in turn with emit. */
export async function run(options: EventsOptions): Promise<EventsFigures> {
  const { way, abi, ports, sink, events } = options;
  const { prepare } = (await import(`../ways/${way}.js`)) as Way;
  const { host, loop, received } = prepare(ports, abi);
  if (sink !== 'never') setCountingSink(host);
  if (sink === 'removed') {
    await loop(TRACED_EVENTS);
    host.trace = undefined;
  }
  const emit: Contender = {
    loop: prepareEmit(received),
    events: 65536,
    sum: sumOf(received, 65536),
  };
  const event: Contender = { loop, events, sum: sumOf(received, events) };
  const [emitted, handled] = await measureRounds([emit, event], options);
  return { emit: emitted!, event: handled! };
}

function setCountingSink(host: XenHost): void {
  let count = 0;
  host.trace = {
    record() {
      count = (count + 1) | 0;
    },
  };
}
