import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.js';

describe('ManualClock', () => {
  it('stands still at its start until it is told to move', () => {
    expect(new ManualClock().now()).toBe(0);
    const clock = new ManualClock(1000.5);
    expect(clock.now()).toBe(1000.5);
    clock.advance(1.25);
    expect(clock.now()).toBe(1001.75);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses to move by %d and stays where it is',
    (step) => {
      const clock = new ManualClock(5);
      expect(() => clock.advance(step)).toThrow(RangeError);
      expect(clock.now()).toBe(5);
    },
  );

  it('runs timers by their times, equal ones as they were asked for, each at its own time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { maxLength: 30 }),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 10 }),
        (times, moves) => {
          const clock = new ManualClock();
          const ran: [number, number][] = [];
          for (const [index, at] of times.entries()) {
            clock.schedule(at, () => {
              expect(clock.now()).toBe(at);
              ran.push([at, index]);
            });
          }
          for (const move of moves) clock.advance(move);
          const end = moves.reduce((sum, move) => sum + move, 0);
          expect(clock.now()).toBe(end);
          const due = times.map((at, index): [number, number] => [at, index]);
          expect(ran).toEqual(
            due.filter(([at]) => at <= end).sort((a, b) => a[0] - b[0] || a[1] - b[1]),
          );
        },
      ),
    );
  });

  it('moves to a time exactly, and not back', () => {
    const clock = new ManualClock();
    let ran = 0;
    // By what is left of them, times such as these are missed by a rounding.
    for (let at = 0.1; at < 1000; at = at * 1.1 + 0.3) {
      clock.schedule(at, () => ran++);
      clock.advanceTo(at);
      expect(clock.now()).toBe(at);
      clock.schedule(at * 1.01, () => ran++);
      expect(clock.advanceToNext()).toBe(true);
      expect([clock.now(), clock.nextAt]).toEqual([at * 1.01, undefined]);
    }
    expect(ran).toBeGreaterThan(100);
    const before = clock.now();
    clock.advanceTo(5);
    expect(clock.now()).toBe(before);
    expect(() => clock.advanceTo(-1)).toThrow(RangeError);
    expect(() => clock.advanceTo(Number.NaN)).toThrow(RangeError);
  });

  it('calls nothing back from inside schedule, not even what is overdue', () => {
    const clock = new ManualClock(100);
    let ran = 0;
    clock.schedule(50, () => ran++);
    expect(ran).toBe(0);
    expect(clock.nextAt).toBe(50);
    clock.advance(0);
    expect(ran).toBe(1);
    expect(clock.now()).toBe(100);
  });

  it('runs timers that a timer asks for on the way, if they come due on it', () => {
    const clock = new ManualClock();
    const ran: number[] = [];
    const again = () => {
      ran.push(clock.now());
      clock.schedule(clock.now() + 10, again);
    };
    clock.schedule(10, again);
    clock.advance(35);
    expect(ran).toEqual([10, 20, 30]);
    expect(clock.nextAt).toBe(40);
  });

  it('does not run a timer that was called off, however often and late that is done', () => {
    const clock = new ManualClock();
    let ran = 0;
    const off = clock.schedule(10, () => ran++);
    const on = clock.schedule(10, () => ran++);
    off.cancel();
    off.cancel();
    clock.advance(10);
    on.cancel();
    expect(ran).toBe(1);
    expect(clock.nextAt).toBeUndefined();
  });

  it('does not run a timer that an earlier one calls off', () => {
    const clock = new ManualClock();
    let ran = 0;
    clock.schedule(10, () => later.cancel());
    const later = clock.schedule(10, () => ran++);
    clock.advance(10);
    expect(ran).toBe(0);
  });

  it('moves to the next timer and runs all that are due then', () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    clock.schedule(30, () => ran.push('b'));
    clock.schedule(10, () => ran.push('a'));
    clock.schedule(10, () => ran.push('a too'));
    expect(clock.advanceToNext()).toBe(true);
    expect([clock.now(), ran]).toEqual([10, ['a', 'a too']]);
    expect(clock.advanceToNext()).toBe(true);
    expect(clock.now()).toBe(30);
    expect(clock.advanceToNext()).toBe(false);
    expect(clock.now()).toBe(30);
  });

  it('runs what is overdue without going back', () => {
    const clock = new ManualClock(100);
    let at = 0;
    clock.schedule(10, () => {
      at = clock.now();
    });
    expect(clock.advanceToNext()).toBe(true);
    expect([at, clock.now()]).toEqual([100, 100]);
  });

  it('keeps the timers behind one whose callback throws', () => {
    const clock = new ManualClock();
    let ran = 0;
    clock.schedule(10, () => {
      throw new Error('timer');
    });
    clock.schedule(20, () => ran++);
    expect(() => clock.advance(30)).toThrow('timer');
    expect(clock.now()).toBe(10);
    clock.advance(20);
    expect(ran).toBe(1);
  });

  it('never goes back, also when a timer moves it on', () => {
    const clock = new ManualClock();
    clock.schedule(5, () => clock.advance(100));
    clock.advance(10);
    expect(clock.now()).toBeGreaterThanOrEqual(105);
  });
});
