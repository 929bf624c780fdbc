import { FAR_OVER_NEAR } from './groups/bind.js';
import { comparable, EMITS, type SizesFigures } from './groups/sizes.js';
import { lineChart } from './report/line-chart.js';
import type { BindFigures } from './scenarios/bind.js';
import { median } from './statistics.js';

const BLUE = '#0969da';
const ORANGE = '#bc4c00';
const GREY = '#6e7781';

/** What an event costs, by how many ports are bound. */
export function cycleChart(cycle: SizesFigures, burst: SizesFigures): string {
  const points = (figures: SizesFigures) =>
    comparable(figures).map(({ ports, event }) => ({ x: ports, y: median(event) }));
  return lineChart({
    title: 'Cost of an event, by the number of bound ports',
    subtitle: 'Nanoseconds per event: notify, read, write back; medians',
    xLabel: 'bound ports',
    xTicks: cycle.sizes.map(({ ports }) => ports),
    series: [
      { name: 'one at a time', colour: BLUE, points: points(cycle) },
      { name: '64 read and written at once', colour: ORANGE, points: points(burst) },
      {
        name: `${EMITS} × EventEmitter.emit beside it`,
        colour: GREY,
        dashed: true,
        points: comparable(cycle).map(({ ports, emit }) => ({ x: ports, y: EMITS * median(emit) })),
      },
    ],
  });
}

/** What a bind costs, by how many ports are bound already. */
export function bindChart({
  unbound,
  interdomain,
}: Record<'unbound' | 'interdomain', BindFigures>) {
  const points = ({ places }: BindFigures) =>
    places.map(({ ports, ns }) => ({ x: ports, y: median(ns) }));
  const atMost = ({ places }: BindFigures) => {
    const y = FAR_OVER_NEAR * median(places[0]!.ns);
    return { colour: GREY, dashed: true, points: places.map(({ ports }) => ({ x: ports, y })) };
  };
  return lineChart({
    title: 'Cost of a bind, by the number of ports bound already',
    subtitle: 'Nanoseconds per bind on one open file; medians over 500 binds around each point',
    xLabel: 'ports bound already',
    xTicks: [1000, 2000, 5000, 10000, 20000, 50000, 100000],
    series: [
      { name: 'bindInterdomain', colour: ORANGE, points: points(interdomain) },
      { name: 'bindUnboundPort', colour: BLUE, points: points(unbound) },
      { ...atMost(interdomain), name: `${FAR_OVER_NEAR} × the 1 000th, of each` },
      { ...atMost(unbound), name: '' },
    ],
  });
}
