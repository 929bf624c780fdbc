import { describe, expect, it } from 'vitest';
import { FAULT_MIXES } from '../../../src/faults/fault-mixes.js';
import { parseFaultSpec } from '../../../src/faults/fault-spec.js';
import { FAULTS } from '../../../src/faults/faults.js';
import { FAULT_NAMES } from '../../../src/trace/fault-name.js';

describe('parseFaultSpec', () => {
  it('reads faults with what is said of them', () => {
    const rules = parseFaultSpec(
      'spurious:rate=0.05,delay:ms=5..50:domain=7:port=14,eintr:process=back:nth=3,bind:errno=ENOSPC:max=2',
    );
    expect(rules).toMatchObject([
      { name: 'spurious', rate: 0.05, nth: undefined, domain: undefined, ms: { from: 0, to: 0 } },
      { name: 'delay', rate: 0.1, ms: { from: 5, to: 50 }, domain: 7, port: 14 },
      { name: 'eintr', process: 'back', nth: 3, rate: 1 },
      { name: 'bind', errno: 28, max: 2 },
    ]);
  });

  it('is certain of the nth occasion, unless a rate is given', () => {
    expect(parseFaultSpec('destroy:domain=7:nth=12')).toMatchObject([{ rate: 1, nth: 12 }]);
    expect(parseFaultSpec('destroy:nth=12:rate=.5')).toMatchObject([{ rate: 0.5, nth: 12 }]);
    expect(parseFaultSpec('destroy')).toMatchObject([{ rate: 0.01, nth: undefined }]);
  });

  it('knows what each fault has for a time and a number of events unless said otherwise', () => {
    expect(parseFaultSpec('delay')).toMatchObject([{ ms: { from: 1, to: 20 }, until: undefined }]);
    expect(parseFaultSpec('delay:until=event')).toMatchObject([{ ms: { from: 1000, to: 1000 } }]);
    expect(parseFaultSpec('delay:until=event:ms=7')).toMatchObject([{ ms: { from: 7, to: 7 } }]);
    expect(parseFaultSpec('merge:events=5')).toMatchObject([{ events: 5, ms: { from: 20 } }]);
    expect(parseFaultSpec('slow:ms=0..1000')).toMatchObject([{ ms: { from: 0, to: 1000 } }]);
  });

  it('numbers the rules of one name', () => {
    const names = parseFaultSpec('delay,slow,delay:port=1,delay').map(
      ({ name, ordinal }) => `${name} ${ordinal}`,
    );
    expect(names).toEqual(['delay 0', 'slow 0', 'delay 1', 'delay 2']);
  });

  it('takes a mix for its faults, also among others', () => {
    const ci = FAULT_MIXES.find(({ name }) => name === 'ci')!;
    expect(parseFaultSpec('ci')).toEqual(parseFaultSpec(ci.spec));
    expect(parseFaultSpec('peers,slow').map(({ name }) => name)).toEqual([
      'die',
      'destroy',
      'slow',
    ]);
  });

  it('reads every mix, and all faults are in the one that has them all', () => {
    for (const { name, description } of FAULT_MIXES) {
      expect(parseFaultSpec(name).length).toBeGreaterThan(0);
      expect(description).not.toBe('');
    }
    const all = new Set(parseFaultSpec('all').map(({ name }) => name));
    expect([...all].sort()).toEqual([...FAULT_NAMES].sort());
  });

  it('has no mix that is called as a fault is', () => {
    const names = [...FAULT_NAMES, ...FAULT_MIXES.map(({ name }) => name)];
    expect(new Set(names).size).toBe(names.length);
  });

  it('reads what a fault is by default as if it was written out', () => {
    for (const { name, rate, ms, events } of FAULTS.values()) {
      const written = [
        name,
        `rate=${rate}`,
        ...(ms === undefined ? [] : [`ms=${ms.from}..${ms.to}`]),
        ...(events === undefined ? [] : [`events=${events}`]),
      ].join(':');
      expect(parseFaultSpec(written)).toEqual(parseFaultSpec(name));
    }
  });
});
