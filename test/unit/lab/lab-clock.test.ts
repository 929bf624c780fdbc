import { describe, expect, it } from 'vitest';
import { LabClock } from '../../../src/lab/lab-clock.js';

describe('the clock of a run', () => {
  it('goes on when the earliest timer fires, one at a time, those of one moment in their order', () => {
    const clock = new LabClock();
    const fired: string[] = [];
    clock.schedule(20, () => fired.push('late'));
    clock.schedule(10, () => fired.push('first'));
    clock.schedule(10, () => fired.push('second'));
    expect([clock.now(), clock.armed, clock.nextAt]).toEqual([0, true, 10]);
    for (const [name, time] of [
      ['first', 10],
      ['second', 10],
      ['late', 20],
    ] as const) {
      clock.fire();
      expect([fired.at(-1), clock.now()]).toEqual([name, time]);
    }
    clock.fire();
    expect([fired.length, clock.armed, clock.nextAt, clock.now()]).toEqual([
      3,
      false,
      undefined,
      20,
    ]);
  });

  it('never goes back, and forgets what is cancelled', () => {
    const clock = new LabClock();
    const timer = clock.schedule(5, () => expect.unreachable());
    timer.cancel();
    timer.cancel();
    clock.schedule(7, () => {});
    clock.fire();
    clock.schedule(3, () => {});
    clock.fire();
    expect(clock.now()).toBe(7);
  });
});
