import type { ServedRow } from '../bench/gallery/served.js';
import type { Table } from '../bench/report/report.js';
import type { Effort } from './effort.js';
import type { Figures, SchedulesUntilFound } from './measure.js';

const number = (value: number) => value.toLocaleString('en-US').replaceAll(',', ' ');
const until = ({ median, worst }: SchedulesUntilFound) => `${number(median)} (${number(worst)})`;

/** The table of the programs in TypeScript. */
export function labTable(figures: readonly Figures[], effort: Effort): Table {
  return {
    title: 'Found by exploring',
    columns: [
      'bug',
      'found as',
      'random',
      'PCT',
      'exhaustive',
      'steps',
      'without the lab',
      'corrected',
    ],
    rows: figures.map(({ title, kind, random, pct, exhaustive, steps }) => [
      title,
      kind,
      until(random),
      until(pct),
      number(exhaustive),
      number(steps),
      `never in ${number(effort.ordinary)} runs`,
      `passes ${number(effort.corrected)}`,
    ]),
  };
}

/** The table of the programs in C. */
export function servedTable(rows: readonly ServedRow[]): Table {
  return {
    title: 'Found by faults',
    columns: ['bug', 'faults', 'seeds', 'without faults', 'corrected'],
    rows: rows.map(({ bug, spec, seedsUntilFound, runsWithoutFaults, roundsCorrected }) => [
      bug,
      spec,
      until(seedsUntilFound),
      `never in ${number(runsWithoutFaults)} runs`,
      `passes ${number(roundsCorrected)} rounds`,
    ]),
  };
}
