import type { Effort } from '../effort.js';
import { figure, grouped, withSpread } from '../report/format.js';
import type { Report } from '../report/report.js';
import { measureApart } from '../scenario.js';
import { flatness, median, ratios } from '../statistics.js';
import type { WayName } from '../ways/way.js';
import type { Progress } from './group.js';

/** The cost of an event among so many bound ports. */
export interface SizeFigures {
  readonly ports: number;
  readonly emit: number[];
  readonly event: number[];
}

/** The cost of an event by the number of bound ports. */
export interface SizesFigures {
  readonly sizes: SizeFigures[];
  /** Emit in processes that do nothing else. */
  readonly cleanEmit: number[];
}

/** An event costs at most so many emits. */
export const EMITS = 5;
/** The costs at different sizes may be so far apart. */
const FLAT = 1.25;
const EVENTS = 65536;
/** The machine was at full speed in rounds whose emit took at most so many times the fastest of all. */
const FULL_SPEED = 1.3;
/** Passes in place of those at less than full speed, per pass asked for. */
const REPEATS = 2;

/** Measures each size in fresh processes, all sizes in turn. */
export async function measureSizes(
  way: WayName,
  sizes: readonly number[],
  { passes, rounds, budget }: Effort,
  progress: Progress,
): Promise<SizesFigures> {
  const figures: SizeFigures[] = sizes.map((ports) => ({ ports, emit: [], event: [] }));
  const cleanEmit: number[] = [];
  const last = passes * (1 + REPEATS);
  for (let pass = 1; pass <= passes || (pass <= last && !enough(figures, rounds)); pass++) {
    progress(`emit alone (pass ${pass} of ${passes} to ${last})`);
    cleanEmit.push(...(await measureApart('emit', { rounds, budget })));
    for (const { ports, emit, event } of figures) {
      progress(`bound ports: ${ports} (pass ${pass} of ${passes} to ${last})`);
      const options = { way, abi: 'fifo', ports, sink: 'never', events: EVENTS } as const;
      const found = await measureApart('events', { ...options, rounds, budget });
      emit.push(...found.emit);
      event.push(...found.event);
    }
  }
  return { sizes: figures, cleanEmit };
}

/** Whether each size has a pass's worth of rounds at full speed. */
function enough(figures: readonly SizeFigures[], rounds: number): boolean {
  return atFullSpeed(figures).every(({ emit }) => emit.length >= rounds);
}

/** Of each size, the rounds in which the machine was at full speed. */
function atFullSpeed(figures: readonly SizeFigures[]): SizeFigures[] {
  const limit = FULL_SPEED * Math.min(...figures.flatMap(({ emit }) => emit));
  return figures.map(({ ports, emit, event }) => ({
    ports,
    emit: emit.filter((ns) => ns <= limit),
    event: event.filter((_, round) => emit[round]! <= limit),
  }));
}

/** The rounds that can be compared: those at full speed, if each size has some; otherwise all. */
export function comparable({ sizes }: SizesFigures): SizeFigures[] {
  const fast = atFullSpeed(sizes);
  return fast.every(({ emit }) => emit.length > 0) ? fast : sizes;
}

export function reportSizes(what: string, figures: SizesFigures): Report {
  const sizes = comparable(figures);
  const costs = sizes.map(({ event }) => median(event));
  const emits = sizes.map(({ event, emit }) => median(ratios(event, emit)));
  const worst = Math.max(...emits);
  const clean = median(figures.cleanEmit);
  // At one speed, nanoseconds compare; an emit itself is not quite the same beside each size.
  const flat = flatness(sizes === figures.sizes ? emits : costs);
  const range = `${grouped(sizes[0]!.ports)} to ${grouped(sizes.at(-1)!.ports)} bound ports`;
  return {
    tables: [
      {
        title: `${what}, by number of bound ports`,
        columns: ['ports', 'event, ns', 'emit beside it, ns', 'in emits'],
        rows: sizes.map(({ ports, event, emit }) => [
          grouped(ports),
          withSpread(event),
          withSpread(emit),
          withSpread(ratios(event, emit)),
        ]),
      },
    ],
    verdicts: [
      {
        requirement: `${what}: at most ${EMITS} times one EventEmitter.emit with one listener`,
        measured: `${figure(worst)} times at the worst size; an emit in a process of its own takes ${figure(clean)} ns, of which the dearest event takes ${figure(Math.max(...costs) / clean)}`,
        met: worst <= EMITS,
      },
      {
        requirement: `${what}: flat within 25 % from ${range}`,
        measured: `the dearest size costs ${figure((flatness(costs) - 1) * 100)} % more nanoseconds than the cheapest, ${figure((flatness(emits) - 1) * 100)} % more emits`,
        met: flat <= FLAT,
      },
    ],
  };
}
