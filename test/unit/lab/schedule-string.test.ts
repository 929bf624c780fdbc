import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Actor,
  CLOCK_ACTOR,
  deathActor,
  partyActor,
  spuriousActor,
  vcpuActor,
  wakeActor,
} from '../../../src/lab/actor.js';
import { RUN_DEFAULTS } from '../../../src/lab/run-defaults.js';
import { formatSchedule, parseSchedule, type Schedule } from '../../../src/lab/schedule-string.js';

const plain = { ...RUN_DEFAULTS, seed: 1, run: 37 };
const sample: Schedule = {
  options: plain,
  decisions: [
    { after: 3, actor: partyActor(1) },
    { after: 0, actor: wakeActor(1, 0) },
    { after: 12, actor: wakeActor(1, 2) },
    { after: 0, actor: CLOCK_ACTOR },
    { after: 1, actor: vcpuActor(7, 0) },
    { after: 0, actor: vcpuActor(7, 1) },
    { after: 0, actor: deathActor(1) },
    { after: 0, actor: spuriousActor(0, 14) },
  ],
};

const natural = (max: number) => fc.nat(max);
const actors: fc.Arbitrary<Actor> = fc.oneof(
  natural(999).map((party) => partyActor(party)),
  fc.tuple(natural(999), natural(63)).map(([party, handle]) => wakeActor(party, handle)),
  fc.constant(CLOCK_ACTOR),
  natural(999).map(deathActor),
  fc.tuple(natural(0x7fef), natural(8191)).map(([domid, vcpu]) => vcpuActor(domid, vcpu)),
  fc.tuple(natural(0x7fef), natural(0x1ffff)).map(([domid, port]) => spuriousActor(domid, port)),
);
const schedules: fc.Arbitrary<Schedule> = fc.record({
  options: fc.record({
    seed: natural(0xffffffff),
    run: natural(0xffffffff),
    timers: fc.constantFrom('any' as const, 'idle' as const),
    spurious: natural(100),
    deaths: natural(100),
    traced: fc.boolean(),
    maxSteps: fc.integer({ min: 1, max: 100_000 }),
    leftovers: fc.constantFrom('fail' as const, 'allow' as const),
  }),
  decisions: fc.array(fc.record({ after: natural(10_000), actor: actors })),
});

describe('a schedule as a string', () => {
  it('has the version, the seed, the run, the decisions and a check', () => {
    const text = formatSchedule(sample);
    expect(text).toMatch(/^x1:1\.37:3p1-w1-12w1\.2-c-1v7-v7\.1-d1-s0\.14:[0-9a-z]{3}$/);
    expect(parseSchedule(text)).toEqual(sample);
  });

  it('has options that are not the defaults', () => {
    const options = { ...plain, timers: 'idle' as const, spurious: 2, deaths: 0, maxSteps: 500 };
    const text = formatSchedule({ options, decisions: [] });
    expect(text).toMatch(/^x1:1\.37:ts2d0m500:-:[0-9a-z]{3}$/);
    expect(parseSchedule(text)).toEqual({ options, decisions: [] });
    const checked = { ...plain, leftovers: 'allow' as const, traced: true };
    const other = formatSchedule({ options: checked, decisions: [] });
    expect(other).toMatch(/^x1:1\.37:lc:-:[0-9a-z]{3}$/);
    expect(parseSchedule(other)).toEqual({ options: checked, decisions: [] });
  });

  it('is read as it was written, and a shell leaves it as it is', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const text = formatSchedule(schedule);
        expect(text).toMatch(/^[a-z0-9:.-]+$/);
        expect(parseSchedule(text)).toEqual(schedule);
        expect(parseSchedule(`  ${text}\n`)).toEqual(schedule);
      }),
      { seed: 1 },
    );
  });

  it('is refused when it is cut off, anywhere', () => {
    const text = formatSchedule(sample);
    for (let length = 0; length < text.length; length++) {
      expect(() => parseSchedule(text.slice(0, length)), text.slice(0, length)).toThrow(RangeError);
    }
  });

  it('is refused with what is wrong and what to do', () => {
    expect(() => parseSchedule('')).toThrow(/does not begin with x1:.*copy the whole string/);
    expect(() => parseSchedule('x2:1.1:-:000')).toThrow(/version x2.*reads x1: explore again/);
    expect(() => parseSchedule('x1:1.37')).toThrow(/too few parts/);
    expect(() => parseSchedule('x1:1.37:p1:000')).toThrow(/cut off or mistyped/);
    expect(() => parseSchedule(7 as unknown as string)).toThrow(TypeError);
  });

  it.each([
    ['x1:1:p1', /no seed and run/],
    ['x1:4294967296.0:p1', /no seed and run/],
    ['x1:1.0:q:p1', /no options/],
    ['x1:1.0:p1000', /'p1000' is no decision/],
    ['x1:1.0:p', /'p' is no decision/],
    ['x1:1.0:p0--p1', /'' is no decision/],
    ['x1:1.0:c1', /'c1' is no decision/],
    ['x1:1.0:w1.64', /'w1.64' is no decision/],
    ['x1:1.0:d1.1', /'d1.1' is no decision/],
    ['x1:1.0:v7.8192', /'v7.8192' is no decision/],
    ['x1:1.0:s0.131072', /'s0.131072' is no decision/],
  ])('is refused when it says what cannot be: %s', (body, message) => {
    expect(() => parseSchedule(`${body}:${checkOf(body)}`)).toThrow(message);
  });
});

/** The check of any text, as documented: FNV-1a, by 46 656, in base 36. */
function checkOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return ((hash >>> 0) % 46_656).toString(36).padStart(3, '0');
}
