import { figure, grouped } from '../report/format.js';
import { measureApart } from '../scenario.js';
import type { MemoryFigures } from '../scenarios/memory.js';
import type { Group } from './group.js';

interface Row {
  readonly ports: number;
  readonly unbound: MemoryFigures;
  readonly interdomain: MemoryFigures;
}

const SIZES = [1000, 10000, 65000, 100000, 131071];
/** Bytes per bound port. */
const BOUND = 96;

export const memory: Group<Row[]> = {
  about: 'bytes per bound port',

  async measure(_effort, progress) {
    const rows: Row[] = [];
    for (const ports of SIZES) {
      progress(`${ports} ports`);
      const unbound = await measureApart('memory', { kind: 'unbound', ports });
      const interdomain = await measureApart('memory', { kind: 'interdomain', ports });
      rows.push({ ports, unbound, interdomain });
    }
    return rows;
  },

  report(rows) {
    const worst = Math.max(
      ...rows.flatMap(({ unbound, interdomain }) => [unbound.perPort, interdomain.perPort]),
    );
    return {
      tables: [
        {
          title: 'Memory: heap and buffers, hypervisor, guest and device together',
          columns: [
            'ports on an open file',
            'bytes per unbound port',
            'bytes per end of a channel',
            'mean over hosts',
          ],
          rows: rows.map(({ ports, unbound, interdomain }) => [
            grouped(ports),
            figure(unbound.perPort),
            figure(interdomain.perPort),
            String(unbound.hosts),
          ]),
        },
      ],
      verdicts: [
        {
          requirement: `At most ${BOUND} bytes per bound port in hypervisor, guest and device together`,
          measured: `${figure(worst)} bytes at the worst size`,
          met: worst <= BOUND,
        },
      ],
    };
  },
};
