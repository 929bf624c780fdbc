import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExplorationError, explore, type Scenario } from '../../src/lab.js';
import { checkWaitingPrograms } from './seeded-check.js';

/** A program of two parties: one sends so many events one after the other, and the other takes them in some way. */
interface Shape {
  /** How many events are sent. */
  readonly sends: number;
  /** The sender waits until each was taken, or sends them as they come, so that they merge. */
  readonly awaited: boolean;
  /** How they are taken. */
  readonly way: 'pending' | 'for await' | 'channel' | 'read';
  /** Steps of the reader between two events. */
  readonly steps: number;
  /** What the reader forgets, if anything: the unmask after an event, or that events merge. */
  readonly bug: 'none' | 'unmask' | 'merge';
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  sends: fc.integer({ min: 2, max: 4 }),
  awaited: fc.boolean(),
  way: fc.constantFrom(
    'pending' as const,
    'for await' as const,
    'channel' as const,
    'read' as const,
  ),
  steps: fc.integer({ min: 0, max: 2 }),
  bug: fc.constantFrom('none' as const, 'unmask' as const, 'merge' as const),
});

/** Whether a shape loses an event in some order: by construction. */
function isBroken({ awaited, way, bug }: Shape): boolean {
  // The iterator and channels unmask by themselves.
  if (bug === 'unmask') return way === 'pending' || way === 'read';
  return bug === 'merge' && !awaited;
}

function scenarioOf({ sends, awaited, way, steps, bug }: Shape): Scenario {
  return (lab) => {
    const work = { given: 0, taken: 0 };
    let port: number | undefined;
    lab.party('reader', async (party) => {
      using evtchn = party.openEvtchn(0);
      port = evtchn.bindUnboundPort(1);
      const channel = way === 'channel' ? evtchn.channel(port) : undefined;
      const events = evtchn[Symbol.asyncIterator]();
      let seen = 0;
      while (work.taken < sends) {
        if (channel !== undefined) {
          seen = await channel.after(seen);
        } else if (way === 'for await') {
          await events.next();
        } else {
          const came = way === 'pending' ? await evtchn.pending() : undefined;
          if (came === undefined) {
            await party.until(() => (evtchn.poll() & 1) !== 0, 'an event');
            evtchn.read();
          }
          if (bug !== 'unmask') evtchn.unmask(port);
        }
        for (let step = 0; step < steps; step++) await party.step();
        // One event may be for all that was sent so far.
        work.taken = bug === 'merge' ? work.taken + 1 : work.given;
      }
      await events.return?.();
      await party.until(
        () => lab.host.domain(1)?.xen.channels.active === 0,
        'the other to be over',
      );
    });
    lab.party('sender', async (party) => {
      using evtchn = party.openEvtchn(1);
      await party.until(() => port !== undefined, 'the port');
      const mine = evtchn.bindInterdomain(0, port!);
      for (let sent = 0; sent < sends; sent++) {
        work.given++;
        evtchn.notify(mine);
        if (awaited) await party.until(() => work.taken === work.given, 'that it was taken');
        else await party.step();
      }
    });
  };
}

/** Programs that are tried. */
const PROGRAMS = 50;

describe('programs whose lost wake-ups are known', () => {
  it('fail if they have one, and never if they have none', async () => {
    await checkWaitingPrograms('lost wake-ups', shapes, PROGRAMS, async (shape) => {
      const options = { runs: 300, timers: 'idle', shrink: false } as const;
      const found = await explore(scenarioOf(shape), options).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (isBroken(shape)) {
        expect(found).toBeInstanceOf(ExplorationError);
        expect((found as ExplorationError).failure.kind).toBe('lost-wakeup');
      } else {
        expect(found).toBe(undefined);
      }
      return 1;
    });
  }, 120_000);

  it('are all right in thousands of schedules if they are right', async () => {
    for (const way of ['pending', 'for await', 'channel', 'read'] as const) {
      const shape = { sends: 3, awaited: false, way, steps: 1, bug: 'none' } as const;
      expect(await explore(scenarioOf(shape), { runs: 1500 })).toMatchObject({ runs: 1500 });
    }
  }, 120_000);
});
