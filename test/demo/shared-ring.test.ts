import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BackRing } from '../../demo/back-ring.js';
import { FrontEnd } from '../../demo/front-end.js';
import { FrontRing } from '../../demo/front-ring.js';
import { RingCorrupt } from '../../demo/ring-corrupt.js';
import { SharedRing } from '../../demo/shared-ring.js';
import { type Run, runDevice, SteppedRing } from './stepped-device.js';

const request = { id: 1, operation: 'write', sector: 2, value: 3 } as const;
const response = { id: 1, ok: true, value: 3 };

function ring(slots: number) {
  const shared = new SharedRing(new ArrayBuffer(SharedRing.bytesFor(slots)));
  shared.initialise();
  return { shared, front: new FrontRing(shared), back: new BackRing(shared) };
}

/** All requests of a run, as the answers to them ought to come. */
function expected({ batches }: Run): number[] {
  return Array.from({ length: batches.reduce((sum, batch) => sum + batch, 0) }, (_, i) => i + 1);
}

const runs: fc.Arbitrary<Run> = fc.record({
  delivery: fc.constantFrom('immediate', 'deferred'),
  slots: fc.constantFrom(1, 2, 4),
  batches: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
  schedule: fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 12 })), { maxLength: 100 }),
});

/** Whether some interleaving of a small run, with many changes between the ends, leaves requests unanswered. */
function hangs(frontRing?: Run['frontRing']): boolean {
  const schedules = fc.array(fc.tuple(fc.nat(1), fc.integer({ min: 1, max: 12 })), {
    minLength: 40,
    maxLength: 40,
  });
  const answersAll = (schedule: Run['schedule']) => {
    const run: Run = { delivery: 'immediate', slots: 2, batches: [1, 1, 1], schedule };
    const answers = runDevice(frontRing === undefined ? run : { ...run, frontRing });
    return answers.length === expected(run).length;
  };
  return fc.check(fc.property(schedules, answersAll), {
    seed: 1,
    numRuns: 400,
    endOnFailure: true,
  }).failed;
}

describe('the protocol of the shared ring', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('answers every request, in order and once, however the two ends are interleaved', () => {
    fc.assert(
      fc.property(runs, (run) => {
        expect(runDevice(run)).toEqual(expected(run));
      }),
      { numRuns: 300 },
    );
  });

  test('does not hang where any of the mistakes below does', () => {
    expect(hangs()).toBe(false);
  });

  test('would hang without the final check of the back end', () => {
    const { finalCheckForRequests } = BackRing.prototype;
    vi.spyOn(BackRing.prototype, 'finalCheckForRequests').mockImplementation(function (
      this: BackRing,
    ) {
      finalCheckForRequests.call(this);
      return false;
    });
    expect(hangs()).toBe(true);
  });

  test('would hang without the final check of the front end', () => {
    const { finalCheckForResponses } = FrontRing.prototype;
    vi.spyOn(FrontRing.prototype, 'finalCheckForResponses').mockImplementation(function (
      this: FrontRing,
    ) {
      finalCheckForResponses.call(this);
      return false;
    });
    expect(hangs()).toBe(true);
  });

  test('would hang if the index were published after the notify', () => {
    class LateRing extends SteppedRing {
      publish = () => {};
      override get reqProd(): number {
        return super.reqProd;
      }
      override set reqProd(index: number) {
        this.publish = () => {
          super.reqProd = index;
        };
      }
    }
    const { push } = FrontEnd.prototype;
    let late: LateRing | undefined;
    vi.spyOn(FrontEnd.prototype, 'push').mockImplementation(function (this: FrontEnd) {
      const notified = push.call(this);
      late?.publish();
      return notified;
    });
    const frontRing: Run['frontRing'] = (memory, effect) => {
      late = new LateRing(memory, effect);
      return late;
    };
    expect(hangs(frontRing)).toBe(true);
  });

  test('asks for a notify for the first of several pushes and not for the others', () => {
    const { front, back } = ring(4);
    const pushed = [1, 2, 3].map(() => {
      front.put(request);
      return front.push();
    });
    expect(pushed).toEqual([true, false, false]);
    while (back.take() !== undefined);
    expect(back.finalCheckForRequests()).toBe(false);
    front.put(request);
    expect(front.push()).toBe(true);
  });

  test('goes on where the indices wrap round at 2^32', () => {
    const { shared } = ring(2);
    // The ends see indices that start at 0, the memory holds what it would after 4294967294 exchanges.
    const offset = 0xfffffffe;
    const old = new Proxy(shared, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value === 'function') return value.bind(target);
        return typeof value === 'number' && name !== 'slotCount' ? (value - offset) >>> 0 : value;
      },
      set: (target, name, value) => Reflect.set(target, name, (value + offset) >>> 0, target),
    });
    const ends = { front: new FrontRing(old), back: new BackRing(old) };
    shared.reqProd = shared.rspProd = offset;
    shared.reqEvent = shared.rspEvent = offset + 1;
    for (let id = 1; id <= 6; id++) {
      ends.front.put({ ...request, id });
      expect(ends.front.push()).toBe(true);
      expect(ends.back.take()?.id).toBe(id);
      ends.back.put({ ...response, id });
      expect(ends.back.push()).toBe(true);
      expect(ends.back.finalCheckForRequests()).toBe(false);
      expect(ends.front.take()?.id).toBe(id);
      expect(ends.front.finalCheckForResponses()).toBe(false);
    }
    expect(shared.reqProd).toBe(4);
  });
});

describe('a ring', () => {
  test('takes as many slots as fit, a power of two of them', () => {
    expect(new SharedRing(new ArrayBuffer(4096)).slotCount).toBe(128);
    expect(new SharedRing(new ArrayBuffer(SharedRing.bytesFor(3))).slotCount).toBe(2);
    expect(() => new SharedRing(new ArrayBuffer(64))).toThrow(RangeError);
  });

  test('refuses a request when it is full, until a response was taken', () => {
    const { front, back } = ring(2);
    front.put(request);
    front.put(request);
    expect(() => front.put(request)).toThrow(RangeError);
    front.push();
    back.take();
    back.put(response);
    back.push();
    expect(front.take()).toEqual(response);
    expect(front.free).toBe(1);
  });

  test('carries requests and responses over memory as io/ring.h lays it out', () => {
    const memory = new ArrayBuffer(SharedRing.bytesFor(1));
    const shared = new SharedRing(memory);
    shared.initialise();
    const front = new FrontRing(shared);
    front.put({ id: 5, operation: 'write', sector: 6, value: 7 });
    front.push();
    expect([...new Uint32Array(memory, 0, 4)]).toEqual([1, 1, 0, 1]);
    expect([...new Uint32Array(memory, 64, 4)]).toEqual([5, 1, 6, 7]);
    expect(new BackRing(shared).take()).toEqual({ id: 5, operation: 'write', sector: 6, value: 7 });
  });

  test.each([3, 0xffffffff, 0x80000000])('does not believe a req_prod of %i', (index) => {
    const { shared, back } = ring(2);
    shared.reqProd = index;
    expect(() => back.take()).toThrow(RingCorrupt);
  });

  test.each([1, 0xffffffff])('does not believe a rsp_prod of %i without a request', (index) => {
    const { shared, front } = ring(2);
    shared.rspProd = index;
    expect(() => front.take()).toThrow(RingCorrupt);
  });

  test('refuses a response to a request that was not taken', () => {
    expect(() => ring(2).back.put(response)).toThrow(RangeError);
  });
});
