import { figure, withSpread } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { EventsFigures, EventsOptions } from '../scenarios/events.js';
import { median, ratios, spread } from '../statistics.js';
import type { Group } from './group.js';

type Sink = EventsOptions['sink'];
type Figures = Record<'never' | 'removed', EventsFigures>;

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
    const after = median(ratios(removed.event, removed.emit));
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
            'No cost without a sink, beyond the noise: an event after a sink was set and removed costs no more than in some round where none was ever set',
          measured: `${figure(after)} emits, ${figure(after / before.median)} times the median without; the rounds without go from ${figure(before.min)} to ${figure(before.max)}`,
          met: after <= before.max,
        },
      ],
    };
  },
};
