import { describe, expect, test } from 'vitest';
import {
  KINDS,
  type RequestFigures,
  requestsTable,
  requestVerdicts,
} from '../../../../bench/served/groups/requests.js';

/** Figures of three rounds in which a request of each kind costs so many times the yardstick's. */
function costing(...times: readonly number[]): RequestFigures {
  const rounds = [8000, 9000, 10000];
  return {
    yardstick: times.map(() => rounds),
    served: times.map((factor) => rounds.map((ns) => ns * factor)),
  };
}

const met = (figures: Record<string, RequestFigures>) =>
  requestVerdicts('anywhere', figures).map((verdict) => verdict.met);

describe('what is required of requests', () => {
  test('a quarter more than the yardstick is allowed, and not the least bit more', () => {
    expect(met({ here: costing(1.25, 1.25, 1.25, 1.25, 1.25) })).toEqual([true, true, true]);
    expect(met({ here: costing(1.26, 1, 1, 1, 1) })).toEqual([false, true, true]);
    expect(met({ here: costing(1, 1.26, 1, 1, 1) })).toEqual([false, true, true]);
    expect(met({ here: costing(1, 1, 1.26, 1, 1) })).toEqual([true, false, true]);
    expect(met({ here: costing(1, 1, 1, 1.26, 1) })).toEqual([true, true, false]);
    expect(met({ here: costing(1, 1, 1, 1, 1.26) })).toEqual([true, true, false]);
  });

  test('one circumstance in which it is not met is enough, and is named', () => {
    const figures = { together: costing(1, 1, 1, 1, 1), apart: costing(1, 1, 1.5, 1, 1) };
    const [, reading] = requestVerdicts('anywhere', figures);
    expect(reading).toMatchObject({ met: false, measured: expect.stringContaining('apart') });
    expect(reading!.measured).toContain('1.50 times');
  });

  test('rounds are compared in pairs: a slow round of both makes no difference', () => {
    const figures = costing(1.2, 1.2, 1.2, 1.2, 1.2);
    for (const all of [figures.yardstick, figures.served]) {
      for (const rounds of all) rounds[1]! *= 50;
    }
    expect(met({ here: figures })).toEqual([true, true, true]);
  });

  test('the table has a row for each kind, in microseconds', () => {
    const { rows } = requestsTable('somewhere', costing(1, 1.2, 1, 1, 1));
    expect(rows.map(([kind]) => kind)).toEqual(KINDS);
    expect(rows[1]).toEqual([
      'NOTIFY that delivers',
      '9.00 (8.50–9.50)',
      '10.8 (10.2–11.4)',
      '1.20 (1.20–1.20)',
    ]);
  });
});
