import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { DEFAULT_LATE_EOI, LateEoi } from '../../../src/guest/late-eoi.js';

const NO_LOOP = () => -2;

/** With 100 jiffies a second, one is 10 ms. */
function lateEoi(parameters: Partial<typeof DEFAULT_LATE_EOI> = {}, vcpus = 2) {
  const clock = new ManualClock();
  const done: number[] = [];
  const eoi = new LateEoi({ ...DEFAULT_LATE_EOI, hz: 100, ...parameters }, clock, vcpus, (irq) =>
    done.push(irq),
  );
  return { clock, done, eoi };
}

describe('LateEoi', () => {
  it("has Debian's parameters by default", () => {
    expect(DEFAULT_LATE_EOI).toEqual({
      hz: 250,
      eventLoopTimeout: 2,
      eventEoiDelay: 10,
      spuriousThreshold: 1,
    });
  });

  it('counts whole jiffies', () => {
    const { clock, eoi } = lateEoi();
    clock.advance(19.9);
    expect(eoi.jiffies()).toBe(1);
    clock.advance(0.1);
    expect(eoi.jiffies()).toBe(2);
  });

  it('lets an EOI of an irq it knows nothing of be done now', () => {
    const { eoi, clock } = lateEoi();
    expect(eoi.handle(4, 0, false, NO_LOOP)).toBe(0);
    expect(eoi.knows(4)).toBe(false);
    expect(clock.nextAt).toBeUndefined();
  });

  it('puts off the EOI of an event that came too late in the loop, within that loop', () => {
    const { eoi, clock, done } = lateEoi();
    clock.advance(50);
    eoi.deferInLoop(4, 1, 7);
    expect(eoi.knows(4)).toBe(true);
    expect(eoi.handle(4, 1, false, () => 7)).toBe(15);
    expect(eoi.isQueued(4)).toBe(true);
    clock.advance(99);
    expect(done).toEqual([]);
    clock.advance(1);
    expect(done).toEqual([4]);
    expect(eoi.knows(4)).toBe(false);
  });

  it('tells when an EOI that waits is due, in milliseconds', () => {
    const { eoi, clock } = lateEoi();
    clock.advance(50);
    expect(eoi.dueAt(4)).toBeUndefined();
    eoi.deferInLoop(4, 1, 7);
    expect(eoi.dueAt(4)).toBeUndefined();
    eoi.handle(4, 1, false, () => 7);
    expect(eoi.dueAt(4)).toBe(150);
    clock.advance(100);
    expect(eoi.dueAt(4)).toBeUndefined();
  });

  it('does not put it off any more once that loop is over', () => {
    const { eoi, clock } = lateEoi();
    eoi.deferInLoop(4, 1, 7);
    expect(eoi.handle(4, 1, false, (vcpu) => (vcpu === 1 ? 8 : 7))).toBe(0);
    expect(eoi.knows(4)).toBe(false);
    expect(clock.nextAt).toBeUndefined();
  });

  it.each([
    [100, 1, [0, 1, 2, 4, 8, 16, 32, 64, 100, 100]],
    [250, 1, [0, 1, 2, 4, 8, 16, 32, 64, 128, 250, 250]],
    [1000, 3, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 256]],
    [4, 0, [1, 2, 4, 4, 4]],
  ])(
    'doubles the delay of spurious EOIs at %i Hz after %i forgiven ones, up to a second',
    (hz, spuriousThreshold, delays) => {
      const found = delays.map((_, events) => {
        const { eoi } = lateEoi({ hz, spuriousThreshold });
        let until = 0;
        for (let i = 0; i <= events; i++) until = eoi.handle(4, 0, true, NO_LOOP);
        return until;
      });
      expect(found).toEqual(delays);
    },
  );

  it('takes one good EOI for the end of spurious events', () => {
    const { eoi } = lateEoi();
    expect(eoi.handle(4, 0, true, NO_LOOP)).toBe(0);
    expect(eoi.knows(4)).toBe(true);
    expect(eoi.handle(4, 0, false, NO_LOOP)).toBe(0);
    expect(eoi.knows(4)).toBe(false);
    expect(eoi.handle(4, 0, true, NO_LOOP)).toBe(0);
    expect(eoi.handle(4, 0, true, NO_LOOP)).toBe(1);
  });

  it('takes the EOI it did itself for a good one', () => {
    const { eoi, clock, done } = lateEoi();
    eoi.handle(4, 0, true, NO_LOOP);
    expect(eoi.handle(4, 0, true, NO_LOOP)).toBe(1);
    clock.advance(10);
    expect(done).toEqual([4]);
    expect(eoi.handle(4, 0, true, NO_LOOP)).toBe(0);
  });

  it('does the EOIs of each vCPU in the order of their times, equal ones in the order they came', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ vcpu: fc.nat(2), after: fc.nat(30) }), { maxLength: 30 }),
        (events) => {
          const { eoi, clock, done } = lateEoi({}, 3);
          const due: [number, number][] = [];
          for (const [irq, { vcpu, after }] of events.entries()) {
            clock.advance(after);
            eoi.deferInLoop(irq, vcpu, 0);
            due.push([eoi.handle(irq, vcpu, false, () => 0) * 10, irq]);
          }
          clock.advance(1000);
          const expected = due.sort((a, b) => a[0] - b[0]).map(([, irq]) => irq);
          // Between vCPUs nothing is promised for equal times.
          for (const vcpu of [0, 1, 2]) {
            const own = (irq: number) => events[irq]!.vcpu === vcpu;
            expect(done.filter(own)).toEqual(expected.filter(own));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('lets an earlier EOI in front of one that waits already', () => {
    const { eoi, clock, done } = lateEoi();
    eoi.deferInLoop(1, 0, 0);
    eoi.handle(1, 0, false, () => 0);
    eoi.handle(2, 0, true, NO_LOOP);
    expect(eoi.handle(2, 0, true, NO_LOOP)).toBe(1);
    clock.advance(10);
    expect(done).toEqual([2]);
    clock.advance(90);
    expect(done).toEqual([2, 1]);
  });

  it('forgets an irq that goes away, and stops the timer with the last one', () => {
    const { eoi, clock, done } = lateEoi();
    for (const irq of [1, 2]) {
      eoi.deferInLoop(irq, 0, 0);
      eoi.handle(irq, 0, false, () => 0);
    }
    eoi.forget(1);
    eoi.forget(9);
    expect(eoi.isQueued(1)).toBe(false);
    expect(clock.nextAt).toBe(100);
    clock.advance(100);
    expect(done).toEqual([2]);
    eoi.deferInLoop(3, 0, 0);
    eoi.handle(3, 0, false, () => 0);
    eoi.forget(3);
    expect(clock.nextAt).toBeUndefined();
  });

  it('waits on for later EOIs when the first one was forgotten', () => {
    const { eoi, clock, done } = lateEoi();
    eoi.deferInLoop(1, 0, 0);
    eoi.handle(1, 0, false, () => 0);
    clock.advance(50);
    eoi.deferInLoop(2, 0, 0);
    eoi.handle(2, 0, false, () => 0);
    eoi.forget(1);
    clock.advance(99);
    expect(done).toEqual([]);
    clock.advance(1);
    expect(done).toEqual([2]);
  });

  it('forgets an irq of which only spurious events are known', () => {
    const { eoi } = lateEoi();
    eoi.handle(1, 0, true, NO_LOOP);
    eoi.forget(1);
    expect(eoi.knows(1)).toBe(false);
    expect(eoi.handle(1, 0, true, NO_LOOP)).toBe(0);
  });

  it('stops all timers when it is shut down', () => {
    const { eoi, clock, done } = lateEoi();
    for (const vcpu of [0, 1]) {
      eoi.deferInLoop(vcpu, vcpu, 0);
      eoi.handle(vcpu, vcpu, false, () => 0);
    }
    eoi.shutdown();
    expect(clock.nextAt).toBeUndefined();
    expect([eoi.knows(0), eoi.isQueued(1)]).toEqual([false, false]);
    clock.advance(1000);
    expect(done).toEqual([]);
  });

  it('does the EOIs behind one whose finish throws', () => {
    const clock = new ManualClock();
    const done: number[] = [];
    const eoi = new LateEoi({ ...DEFAULT_LATE_EOI, hz: 100 }, clock, 1, (irq) => {
      if (irq === 1) throw new Error('handler');
      done.push(irq);
    });
    for (const irq of [1, 2]) {
      eoi.deferInLoop(irq, 0, 0);
      eoi.handle(irq, 0, false, () => 0);
    }
    expect(() => clock.advance(100)).toThrow('handler');
    clock.advance(1000);
    expect(done).toEqual([2]);
  });

  it.each([1, 3, 7, 100, 250, 300, 333, 1000, 1024, 1000000])(
    'is due at the time it said with %i jiffies a second, however that rounds',
    (hz) => {
      for (let start = 0; start < 400; start += 13) {
        let looks = 0;
        const clock = new ManualClock(start);
        const now = clock.now.bind(clock);
        clock.now = () => {
          // A worker that finds itself too early for ever would never come back.
          if (++looks > 1000) throw new Error('the worker runs in a circle');
          return now();
        };
        const done: number[] = [];
        const eoi = new LateEoi({ ...DEFAULT_LATE_EOI, hz }, clock, 1, (irq) => done.push(irq));
        eoi.deferInLoop(1, 0, 0);
        const until = eoi.handle(1, 0, false, () => 0);
        clock.advanceToNext();
        clock.advanceToNext();
        expect(done).toEqual([1]);
        expect(eoi.jiffies()).toBeGreaterThanOrEqual(until);
        expect(now()).toBeLessThan((until * 1000) / hz + 1);
      }
    },
  );
});
