import { figure, grouped, mebibytes } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { DomainsFigures } from '../scenarios/domains.js';
import { median } from '../statistics.js';
import type { Group } from './group.js';

const DOMAINS = 1000;
const CHANNELS = 1000;
/** Milliseconds to build them in. */
const BUILT_IN = 3000;

export const domains: Group<DomainsFigures[]> = {
  about: 'a thousand domains of a thousand channels',

  async measure({ passes }, progress) {
    const figures: DomainsFigures[] = [];
    for (let pass = 1; pass <= passes; pass++) {
      progress(`pass ${pass} of ${passes}`);
      figures.push(await measureApart('domains', { domains: DOMAINS, channels: CHANNELS }));
    }
    return figures;
  },

  report(figures) {
    const built = median(figures.map(({ buildMs }) => buildMs));
    const inUse = median(figures.map((found) => found.inUse));
    const rss = median(figures.map((found) => found.rss));
    const ring = `${grouped(DOMAINS)} domains with kernels in a ring, each with ${grouped(CHANNELS)} connected channels on one open file: half of them to the next domain, half to the one before`;
    return {
      tables: [
        {
          title: `A thousand domains: ${ring}`,
          columns: ['process', 'build, ms', 'destroy, ms', 'resident set grew by', 'in use'],
          rows: figures.map(({ buildMs, destroyMs, rss, inUse }, at) => [
            `fresh process ${at + 1}`,
            figure(buildMs),
            figure(destroyMs),
            mebibytes(rss),
            mebibytes(inUse),
          ]),
        },
      ],
      verdicts: [
        {
          requirement:
            '1 000 domains of 1 000 channels each: built in under 3 s, total memory stated',
          measured: `${figure(built / 1000)} s; ${mebibytes(inUse)} in use, the resident set grew by ${mebibytes(rss)}`,
          met: built < BUILT_IN,
        },
      ],
    };
  },
};
