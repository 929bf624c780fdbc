import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFaults } from '../../src/faults/fault-plan.js';
import { parseFaultSpec } from '../../src/faults/fault-spec.js';

/** What is wrong with a SPEC, by the SPEC. */
const WRONG: Readonly<Record<string, string>> = {
  '': 'a fault is missing: use one of spurious, delay',
  ',': 'a fault is missing',
  'delay,': 'a fault is missing',
  tardy: "there is no fault 'tardy'",
  Delay: "there is no fault 'Delay'",
  'delay ': "there is no fault 'delay '",
  'delay:': 'a key of delay is missing: use rate, nth',
  'delay:=1': 'a key of delay is missing',
  'delay:errno=ENOMEM':
    "delay has no key 'errno': use rate, nth, domain, port, process, max, ms, until",
  'eintr:port=1': "eintr has no key 'port'",
  'delay:Rate=1': "delay has no key 'Rate'",
  'delay:constructor=1': "delay has no key 'constructor'",
  'delay:ms=1:ms=2': "delay has 'ms' twice",
  'delay:ms': "'ms=' of delay is not A or A..B in milliseconds, A up to B and B up to 60000",
  'delay:ms=': "'ms=' of delay",
  'delay:ms=5..1': "'ms=5..1' of delay",
  'delay:ms=1...2': "'ms=1...2' of delay",
  'delay:ms=60001': "'ms=60001' of delay",
  'delay:ms=-1': "'ms=-1' of delay",
  'delay:ms=1.5': "'ms=1.5' of delay",
  'slow:ms=1001': 'B up to 1000',
  'delay:rate=0': "'rate=0' of delay is not above 0, up to 1",
  'delay:rate=1.01': "'rate=1.01' of delay",
  'delay:rate=': "'rate=' of delay",
  'delay:rate=NaN': "'rate=NaN' of delay",
  'delay:rate=0x1': "'rate=0x1' of delay",
  'delay:rate=-0.5': "'rate=-0.5' of delay",
  'delay:nth=0': "'nth=0' of delay is not 1 to 4294967295",
  'delay:nth=1e3': "'nth=1e3' of delay",
  'delay:nth=4294967296': "'nth=4294967296' of delay",
  'delay:domain=32752': "'domain=32752' of delay is not 0 to 32751",
  'delay:port=0': "'port=0' of delay is not 1",
  'delay:process=': "'process=' of delay is not a name",
  'delay:process=sixteen-long-name': "'process=sixteen-long-name' of delay",
  'delay:max=0': "'max=0' of delay",
  'delay:until=rain': "'until=rain' of delay is not event",
  'merge:events=1': "'events=1' of merge has no effect: use 2 to 1000",
  'permute:events=1': "'events=1' of permute has no effect",
  'storm:events=1001': "'events=1001' of storm is not 1 to 1000",
  'bind:errno=EPERM': "'errno=EPERM' of bind is not ENOMEM or ENOSPC",
  'bind:errno=12': "'errno=12' of bind",
  'destroy:domain=0': "'domain=0' of destroy is not possible",
  'ci:rate=1': "'ci' is a mix of faults, which takes no keys",
  toString: "there is no fault 'toString'",
};

describe('a SPEC that is wrong', () => {
  it.each(Object.entries(WRONG))('%j is refused with the word that is wrong', (spec, why) => {
    expect(() => parseFaultSpec(spec)).toThrow(RangeError);
    expect(() => parseFaultSpec(spec)).toThrow(why);
    expect(() => parseFaultSpec(`slow,${spec}`)).toThrow(why);
  });

  it('is refused by nothing but a RangeError, whatever it is', () => {
    const word = fc.constantFrom('delay', 'ci', 'ms', 'rate', '=', ':', ',', '..', '1', '0', 'é');
    const spec = fc.oneof(
      fc.string(),
      fc.array(word).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(spec, (text) => {
        try {
          expect(parseFaultSpec(text).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe('a request for faults that is wrong', () => {
  it.each([
    [{ spec: 'ci', seed: -1 }, RangeError],
    [{ spec: 'ci', seed: 0x1_0000_0000 }, RangeError],
    [{ spec: 'ci', seed: 1.5 }, RangeError],
    [{ spec: 'ci', seed: '1' }, TypeError],
    [{ spec: 1, seed: 1 }, TypeError],
    [{ spec: 'ci', seed: 1, only: [1_000_000] }, RangeError],
    [{ spec: 'ci', seed: 1, only: ['1'] }, TypeError],
    [{ spec: 'ci', seed: 1, only: 1 }, TypeError],
    [{ spec: 'nothing', seed: 1 }, RangeError],
    [null, TypeError],
  ])('%j is refused', (request, error) => {
    expect(() => planFaults(request as never)).toThrow(error);
  });
});
