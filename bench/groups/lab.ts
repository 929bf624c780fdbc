import { figure, grouped } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { LabFigures } from '../scenarios/lab.js';
import { median } from '../statistics.js';
import type { Group } from './group.js';

const EVENTS = 20;
/** Schedules a second and core. */
const REQUIRED = 20_000;
/** A round of schedules takes so many times the budget of one of events. */
const LONGER = 10;

/** What is measured, by what it is called: with the checks that every exploration makes, and with others. */
const VARIANTS = [
  { name: 'random', strategy: 'random', traceChecks: 'sampled' },
  { name: 'PCT', strategy: 'pct', traceChecks: 'sampled' },
  { name: 'random, no trace checked', strategy: 'random', traceChecks: 'none' },
  { name: 'random, every trace checked', strategy: 'random', traceChecks: 'all' },
] as const;

interface Variant {
  readonly name: string;
  readonly passes: readonly LabFigures[];
  /** The same with no event but the one of the bind. */
  readonly bare: readonly LabFigures[];
}

function ratesOf(passes: readonly LabFigures[]): number[] {
  return passes.flatMap(({ rates }) => rates);
}

/** Microseconds of a schedule, by the median of all rounds. */
function microseconds(passes: readonly LabFigures[]): number {
  return 1e6 / median(ratesOf(passes));
}

export const lab: Group<Variant[]> = {
  about: 'explored schedules of two parties and twenty events',

  async measure({ passes, rounds, budget }, progress) {
    const measured: Variant[] = [];
    for (const { name, strategy, traceChecks } of VARIANTS) {
      const variant = { name, passes: [] as LabFigures[], bare: [] as LabFigures[] };
      for (let pass = 1; pass <= passes; pass++) {
        progress(`${name}, pass ${pass} of ${passes}`);
        const options = { strategy, traceChecks, rounds, budget: budget * LONGER };
        const of = (events: number) => measureApart('lab', { ...options, events });
        variant.passes.push(await of(EVENTS));
        variant.bare.push(await of(0));
      }
      measured.push(variant);
    }
    return measured;
  },

  report(variants) {
    const rows = variants.map(({ name, passes, bare }) => {
      const rates = ratesOf(passes);
      const whole = microseconds(passes);
      const base = microseconds(bare);
      const steps = passes[0]!.steps;
      const perStep = ((whole - base) * 1000) / (steps - bare[0]!.steps);
      return [
        name,
        `${grouped(Math.round(median(rates)))} (${grouped(Math.round(Math.min(...rates)))} to ${grouped(Math.round(Math.max(...rates)))})`,
        figure(steps),
        figure(whole),
        `${figure(base)} (${Math.round((base / whole) * 100)} %)`,
        figure(perStep),
      ];
    });
    const required = variants.filter(({ name }) => name === 'random' || name === 'PCT');
    const rates = required.map(({ passes }) => median(ratesOf(passes)));
    return {
      tables: [
        {
          title: `Explored schedules: two parties that send each other ${EVENTS} events in turn, one thread. What bounds it: a host, its domains, handles and channel are made and undone for each schedule; the rest is the steps`,
          columns: [
            'strategy',
            'schedules a second',
            'steps of one',
            'µs of one',
            'of that, the host',
            'ns a step',
          ],
          rows,
        },
      ],
      verdicts: [
        {
          requirement: `${grouped(REQUIRED)} explored schedules a second and core, two parties and twenty events`,
          measured: required
            .map(({ name }, at) => `${name} ${grouped(Math.round(rates[at]!))}`)
            .join(', '),
          met: rates.every((rate) => rate >= REQUIRED),
        },
      ],
    };
  },
};
