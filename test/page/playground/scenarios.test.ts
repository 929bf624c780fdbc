import { describe, expect, it } from 'vitest';
import { Playback } from '../../../page/src/playground/playback.js';
import type { Scenario } from '../../../page/src/playground/scenario.js';
import { asleep } from '../../../page/src/playground/scenarios/asleep.js';
import { busy } from '../../../page/src/playground/scenarios/busy.js';
import { flood, many } from '../../../page/src/playground/scenarios/crowd.js';
import { deadPeer } from '../../../page/src/playground/scenarios/dead-peer.js';
import { forgottenUnmask } from '../../../page/src/playground/scenarios/forgotten-unmask.js';
import { interrupts } from '../../../page/src/playground/scenarios/interrupts.js';
import { overflow } from '../../../page/src/playground/scenarios/overflow.js';
import { ring } from '../../../page/src/playground/scenarios/ring.js';
import { storm } from '../../../page/src/playground/scenarios/storm.js';
import { SCENARIOS, scenarioOf } from '../../../page/src/playground/scenarios.js';
import { World } from '../../../page/src/playground/world.js';
import { explain } from '../../../src/snapshot/explain.js';
import { stuckPorts } from '../../../src/snapshot/stuck-ports.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

/** What is seen of a scenario. */
class Played {
  readonly world = new World();
  readonly counts = new Map<TraceRecord['type'], number>();
  merged = 0;
  readonly #statistics = new ChannelStatistics(() => this.world.clock.now());

  constructor({ begin }: Scenario) {
    this.world.host.attach(this.#statistics);
    begin(this.world);
    this.world.host.trace = { record: (record) => this.#record(record) };
  }

  /** Goes on for so many milliseconds of the host. */
  run(milliseconds: number): this {
    this.world.clock.advance(milliseconds);
    return this;
  }

  count(type: TraceRecord['type']): number {
    return this.counts.get(type) ?? 0;
  }

  get snapshot() {
    return takeSnapshot(this.world.host, { statistics: this.#statistics });
  }

  get stuck() {
    return stuckPorts(this.snapshot).map(({ domid, verdict }) => ({ domid, verdict }));
  }

  #record(record: TraceRecord): void {
    this.counts.set(record.type, this.count(record.type) + 1);
    if (record.type === 'set-pending' && record.coalesced) this.merged++;
  }
}

describe.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))(
  '%s',
  (_, scenario) => {
    it('tells what it is about', () => {
      expect(scenario.id).toMatch(/^[a-z-]+$/);
      expect(scenario.title).not.toBe('');
      expect(scenario.story.length).toBeGreaterThan(1);
      expect(scenarioOf(scenario.id)).toBe(scenario);
    });

    it('goes on and on', () => {
      const played = new Played(scenario).run(1200);
      const { size } = played.counts;
      expect(size).toBeGreaterThan(3);
      const before = played.count('hypercall');
      expect(played.run(1200).count('hypercall')).toBeGreaterThanOrEqual(before);
    });

    it('survives that domains are destroyed', () => {
      const played = new Played(scenario).run(500);
      for (const domain of [...played.world.host.domains()].reverse()) {
        domain.destroy();
        played.run(700);
      }
      expect(played.run(3000).count('domain-destroy')).toBeGreaterThan(0);
    });

    it('is the same every time', () => {
      const once = new Played(scenario).run(300);
      const again = new Played(scenario);
      for (let i = 0; i < 300; i++) again.run(1);
      expect(again.counts).toEqual(once.counts);
    });
  },
);

it('has a name of its own for each, and the first for no name', () => {
  expect(new Set(SCENARIOS.map(({ id }) => id)).size).toBe(SCENARIOS.length);
  expect(scenarioOf(null)).toBe(ring);
  expect(scenarioOf('constructor')).toBe(ring);
});

it('shows a device that works', () => {
  const played = new Played(ring).run(2000);
  expect(played.stuck).toEqual([]);
  expect(played.count('read')).toBeGreaterThan(50);
});

it('shows events that merge while a port is masked, none of them lost', () => {
  const played = new Played(busy).run(3000);
  const sent = 1000;
  expect(played.merged / sent).toBeGreaterThan(0.7);
  expect(played.merged / sent).toBeLessThan(0.8);
  expect(played.stuck).toEqual([]);
});

it('shows a port that is stuck since it was not unmasked, and one that is not', () => {
  const played = new Played(forgottenUnmask).run(3000);
  expect(played.stuck).toEqual([{ domid: 0, verdict: 'not-written-back' }]);
});

it('shows an event that nobody reads', () => {
  const played = new Played(asleep).run(3000);
  expect(played.stuck).toEqual([{ domid: 0, verdict: 'unread' }]);
});

it('shows a ring that overflows, and is reset', () => {
  const played = new Played(overflow).run(1000);
  expect(played.count('overflow')).toBeGreaterThan(0);
  expect(played.stuck).toContainEqual({ domid: 0, verdict: 'ring-overflow' });
  played.run(1001);
  expect(played.count('ring-reset')).toBe(1);
  expect(played.stuck).toEqual([]);
});

it('shows a peer that dies, is not noticed, and is replaced', () => {
  const played = new Played(deadPeer).run(1000);
  expect(played.snapshot.destroyed.map(({ domid }) => domid)).toEqual([7]);
  expect(played.stuck).toEqual([{ domid: 0, verdict: 'peer-destroyed' }]);
  played.run(800);
  expect(played.snapshot.domains.map(({ domid }) => domid)).toEqual([0, 8]);
  expect(played.stuck).toEqual([]);
});

it("shows Linux's brake against storms", () => {
  const played = new Played(storm).run(1030);
  expect(played.count('deferred-eoi')).toBeGreaterThan(50);
  const [zero] = played.snapshot.domains;
  const deferred = zero!.channels.filter(({ deferredUntil }) => deferredUntil !== undefined);
  expect(deferred.length).toBe(played.count('deferred-eoi'));
  expect(explain(played.snapshot, 0, deferred[0]!.port).verdict).toBe('eoi-deferred');
  played.run(60);
  expect(played.count('deferred-eoi-end')).toBe(deferred.length);
  expect(played.stuck).toEqual([]);
});

it('shows interrupts, and one that is lost', () => {
  const played = new Played(interrupts).run(1100);
  expect(played.count('virq')).toBe(10);
  expect(played.count('interrupt')).toBe(5);
});

it('has a thousand channels, each domain at a pace of its own', () => {
  const played = new Played(many).run(1000);
  const connected = played.snapshot.domains.flatMap(({ domid, channels }) =>
    domid === 0 ? [] : channels.filter(({ state }) => state === 'interdomain'),
  );
  expect(connected).toHaveLength(1000);
  const events = played.count('set-pending');
  expect(events).toBeGreaterThan(500);
  expect(events).toBeLessThan(2000);
});

it('has 50 000 events a second', () => {
  const played = new Played(flood).run(100);
  expect(played.count('set-pending')).toBe(5000);
  expect(played.run(100).count('read')).toBeGreaterThan(100);
});

/** Time that frames come in, by hand. */
class Frames {
  now = 0;
  /** Milliseconds that a look at the time takes, to stand for work. */
  cost = 0;
  readonly performance = {
    now: () => {
      this.now += this.cost;
      return this.now;
    },
  };
  #next: (() => void) | undefined;

  requestAnimationFrame(callback: () => void): number {
    this.#next = callback;
    return 1;
  }

  cancelAnimationFrame(): void {
    this.#next = undefined;
  }

  /** A frame comes after so many milliseconds. */
  frame(milliseconds: number): void {
    this.now += milliseconds;
    const next = this.#next;
    this.#next = undefined;
    next?.();
  }
}

describe('the time of a playground', () => {
  it('runs with that of the page, faster or slower, and not while it is stopped', () => {
    const { clock } = new World();
    const frames = new Frames();
    const playback = new Playback(clock, () => {}, frames);
    frames.frame(16);
    expect([playback.running, clock.now()]).toEqual([false, 0]);
    playback.start();
    frames.frame(16);
    expect([playback.running, clock.now()]).toEqual([true, 16]);
    playback.speed = 0.5;
    frames.frame(16);
    expect(clock.now()).toBe(24);
    playback.stop();
    frames.frame(16);
    expect([playback.running, clock.now()]).toEqual([false, 24]);
  });

  it('takes steps, for which it stops', () => {
    const { clock } = new World();
    const playback = new Playback(clock, () => {}, new Frames());
    playback.start();
    playback.step(10);
    expect([playback.running, clock.now()]).toEqual([false, 10]);
    playback.step(0.5);
    expect(clock.now()).toBe(10.5);
  });

  it('does not make up for time in which the page was hidden', () => {
    const { clock } = new World();
    const frames = new Frames();
    const playback = new Playback(clock, () => {}, frames);
    playback.start();
    frames.frame(60_000);
    expect(clock.now()).toBeLessThanOrEqual(100);
  });

  it('leaves the page its time when the host needs more, and says so', () => {
    const { clock } = new World();
    const frames = new Frames();
    let changes = 0;
    const playback = new Playback(clock, () => changes++, frames);
    playback.start();
    frames.cost = 4;
    const before = changes;
    for (let i = 0; i < 200; i++) frames.frame(16);
    expect(clock.now()).toBeLessThan(200 * 16 * 0.5);
    expect(playback.pace).toBeLessThan(0.5);
    expect(changes).toBeGreaterThan(before);
  });
});
