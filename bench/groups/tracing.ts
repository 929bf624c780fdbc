import { figure, withSpread } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { EventsFigures, EventsOptions } from '../scenarios/events.js';
import { median, ratios, spread } from '../statistics.js';
import type { Group } from './group.js';

type Sink = EventsOptions['sink'];
type Figures = Record<'never' | 'removed', EventsFigures>;

/** Further apart than the noise, and the difference is one. */
const NOISE = 1.05;

export const tracing: Group<Figures> = {
  about: 'what tracepoints cost without a sink',

  async measure({ passes, rounds, budget }, progress) {
    const figures: Figures = {
      never: { emit: [], event: [] },
      removed: { emit: [], event: [] },
    };
    for (let pass = 1; pass <= passes * 2; pass++) {
      for (const sink of ['never', 'removed'] satisfies Sink[]) {
        progress(`sink ${sink} (${pass} of ${passes * 2})`);
        const what = { way: 'client', abi: 'fifo', ports: 1024, events: 65536 } as const;
        const found = await measureApart('events', { ...what, sink, rounds, budget });
        figures[sink].emit.push(...found.emit);
        figures[sink].event.push(...found.event);
      }
    }
    return figures;
  },

  report({ never, removed }) {
    const before = spread(ratios(never.event, never.emit));
    const ratio = median(ratios(removed.event, removed.emit)) / before.median;
    return {
      tables: [
        {
          title: 'Tracing, without a sink; 1 024 ports',
          columns: ['sink', 'event, ns', 'emit beside it, ns', 'in emits'],
          rows: [['never set', never] as const, ['set, then removed', removed] as const].map(
            ([name, { event, emit }]) => [
              name,
              withSpread(event),
              withSpread(emit),
              withSpread(ratios(event, emit)),
            ],
          ),
        },
      ],
      verdicts: [
        {
          requirement:
            'No cost without a sink: an event after a sink was set and removed costs, within 5 %, what it costs where none was ever set',
          measured: `${figure(ratio)} times, in emits; the rounds where none was set go from ${figure(before.min)} to ${figure(before.max)} emits`,
          met: ratio <= NOISE,
        },
      ],
    };
  },
};
