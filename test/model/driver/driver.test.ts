/**
 * The driver with two readers, a writer and a sender, each on a CPU of its own, in every order in which their steps can come:
 * no event is lost and none is read twice. Copies of it with another rule of waiting or waking lose one, or read one twice.
 *
 * MODEL_SCALE=2 and more: with two events, on one channel and on two. That takes minutes.
 */
import { describe, expect, it } from 'vitest';
import { exploreSteps } from './exploration.js';
import { WaitingDriver } from './waiting-driver.js';
import { BROKEN, REAL, type WakeRule } from './wake-rules.js';

const LARGE = Number(process.env.MODEL_SCALE ?? 1) > 1;
const TIME_LIMIT = LARGE ? 3_600_000 : 60_000;
/** Channels that events are sent on, one event after the other. */
const ONE = [0];
const TWO = [
  [0, 0],
  [0, 1],
];
/** Steps of a schedule that shows what is broken: of two readers and a sender, without what the writer does after it. */
const SHORT = 20;

function exploreDriver(rule: WakeRule, sends: readonly number[]) {
  const found = exploreSteps(
    (run) => {
      const driver = new WaitingDriver(run, rule, sends);
      return () => driver.check();
    },
    { reduction: 'parties' },
  );
  const { runs, steps } = found;
  console.log(`${rule.differs}, events on ${sends}: ${runs} schedules, ${steps} steps`);
  return found;
}

describe('the driver and its readers, which differ from the real ones', () => {
  for (const rule of REAL) {
    for (const sends of LARGE && rule === REAL[0] ? [ONE, ...TWO] : [ONE]) {
      it(`${rule.differs}: all is read, of events on ${sends}`, { timeout: TIME_LIMIT }, () => {
        expect([...exploreDriver(rule, sends).failures.keys()]).toEqual([]);
      });
    }
  }
});

describe('a copy of the rule of waking which differs from the real one', () => {
  for (const rule of BROKEN) {
    it(`${rule.differs}: is caught`, { timeout: TIME_LIMIT }, () => {
      const { failures, shortest } = exploreDriver(rule, ONE);
      expect(failures.size).toBeGreaterThan(0);
      expect(shortest).toBeLessThanOrEqual(SHORT);
    });
  }
});
