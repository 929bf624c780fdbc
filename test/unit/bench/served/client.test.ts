import { describe, expect, test } from 'vitest';
import { grouped } from '../../../../bench/report/format.js';
import { placement } from '../../../../bench/served/client/affinity.js';
import { burstsTable } from '../../../../bench/served/groups/client/bursts.js';
import {
  type Cycles,
  cyclesTable,
  cycleVerdicts,
  SIDES,
} from '../../../../bench/served/groups/client/cycle.js';
import { idleTable } from '../../../../bench/served/groups/client/idle.js';
import {
  type BothClients,
  clientRequestsTables,
  notifyVerdict,
} from '../../../../bench/served/groups/client/requests.js';
import { KINDS } from '../../../../bench/served/groups/requests.js';

const ROUNDS = [8000, 9000, 10000];
const scaled = (...all: readonly number[]) => all.map((factor) => ROUNDS.map((ns) => ns * factor));

/** Figures of three rounds in which a call of each kind costs so many times what it costs in C. */
function calls(...times: readonly number[]): BothClients {
  return { c: scaled(...times.map(() => 1)), node: scaled(...times) };
}

describe('what is required of notify', () => {
  const met = (...times: readonly number[]) => notifyVerdict({ here: calls(...times) }).met;

  test('a tenth more than in C is allowed, and not the least bit more', () => {
    expect(met(1.1, 1.1, 1, 1, 1)).toBe(true);
    expect(met(1.11, 1, 1, 1, 1)).toBe(false);
    expect(met(1, 1.11, 1, 1, 1)).toBe(false);
  });

  test('nothing is required of other calls', () => {
    expect(met(1, 1, 5, 5, 5)).toBe(true);
  });

  test('one circumstance in which it is not met is enough, and is named', () => {
    const figures = { together: calls(1, 1, 1, 1, 1), apart: calls(1, 1.5, 1, 1, 1) };
    expect(notifyVerdict(figures)).toMatchObject({
      met: false,
      measured: '1.50 times at the worst: NOTIFY that delivers, apart',
    });
  });

  test('there is a table for each circumstance, with a row for each kind', () => {
    const tables = clientRequestsTables({
      here: calls(1, 1.2, 1, 1, 1),
      there: calls(1, 1, 1, 1, 1),
    });
    expect(tables.map(({ title }) => title)).toEqual([
      'Calls of the client, client and server here',
      'Calls of the client, client and server there',
    ]);
    expect(tables[0]!.rows.map(([kind]) => kind)).toEqual(KINDS);
    expect(tables[0]!.rows[1]).toEqual([
      'NOTIFY that delivers',
      '9.00 (8.50–9.50)',
      '10.8 (10.2–11.4)',
      '1.20 (1.20–1.20)',
    ]);
  });
});

/** Figures in which a cycle of each side takes so many times that of a blocking read in C. */
function cycles(pinned: readonly number[], unpinned: readonly number[] = pinned): Cycles {
  return { pinned: scaled(...pinned), unpinned: scaled(...unpinned) };
}

describe('what is required of a full cycle', () => {
  const met = (figures: Cycles) => cycleVerdicts(figures).map((verdict) => verdict.met);

  test('both forms of waiting take at most twice as long as C', () => {
    expect(met(cycles([1, 1, 1, 2, 2]))).toEqual([true, true]);
    expect(met(cycles([1, 1, 1, 2.01, 1]))).toEqual([false, false]);
    expect(met(cycles([1, 1, 1, 1, 2.01]))).toEqual([false, false]);
  });

  test('nothing is required of the steps between in C', () => {
    expect(met(cycles([1, 3, 3, 1.5, 1.5]))).toEqual([true, true]);
  });

  test('each placement has its own verdict, which names the slower form', () => {
    const verdicts = cycleVerdicts(cycles([1, 1, 1, 1.5, 1.4], [1, 1, 1, 1.5, 2.5]));
    expect(verdicts).toMatchObject([
      { met: true, measured: '1.50 times at the worst: Node, pending()' },
      { met: false, measured: '2.50 times at the worst: Node, channel.after()' },
    ]);
  });

  test('the table has every side in every placement', () => {
    const { rows } = cyclesTable(cycles([1, 1.2, 1.4, 2, 1.5]));
    expect(rows).toHaveLength(2 * SIDES.length);
    expect(rows[3]).toEqual(['Node, pending(), pinned', '18.0 (17.0–19.0)', '2.00 (2.00–2.00)']);
  });
});

describe('other tables of the client', () => {
  test('bursts are compared with C taking each event', () => {
    const { columns, rows } = burstsTable(scaled(1, 0.01, 1.1, 0.02, 0.6, 0.05));
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect(rows.map((row) => row.at(-1))).toEqual(['1.00', '0.01', '1.10', '0.02', '0.60', '0.05']);
  });

  test('idle handles have a row for each figure, in its own unit', () => {
    const figures = [30e6, 10240 * 1024, 50_000, 2500, 900, 11_000, 51_000, 0, 2000];
    const { rows } = idleTable(figures.map((one) => [one]));
    expect(rows.map(([, shown]) => shown!.split(' (')[0])).toEqual([
      '30.0',
      grouped(10_240),
      '50.0',
      grouped(2500),
      '900',
      grouped(11_000),
      '51.0',
      '0.00',
      '2.00',
    ]);
  });
});

describe('where a kind of request begins', () => {
  test('is as a line says: the client on the first CPU, the server on the second', () => {
    const { client, server, free } = placement('9 0')!;
    expect([...client.subarray(0, 3)]).toEqual([0, 2, 0]);
    expect([...server.subarray(0, 3)]).toEqual([1, 0, 0]);
    expect(free).toBe(false);
  });

  test('may be left from then on', () => {
    expect(placement('1 1 free')).toMatchObject({ free: true });
  });

  test('is nobody’s choice where the line says nothing', () => {
    expect(placement('')).toBeUndefined();
  });
});
