import { describe, expect, it } from 'vitest';
import { faultDetail } from '../../../src/faults/fault-detail.js';
import { FAULT_KEYS } from '../../../src/faults/fault-key.js';
import { FAULTS } from '../../../src/faults/faults.js';
import { FAULT_NAMES, faultCode, faultName } from '../../../src/trace/fault-name.js';

describe('each fault', () => {
  it.each([...FAULTS.values()])(
    '$name says what it is and why a real host may show it',
    (fault) => {
      for (const text of [fault.summary, fault.legal]) expect(text).toMatch(/^[A-Z].*\.$/);
      expect(fault.occasion).toMatch(/^(an?|one of) /);
      for (const key of fault.keys) expect(FAULT_KEYS[key].meaning).not.toBe('');
      expect(fault.ms !== undefined).toBe(fault.keys.includes('ms'));
      expect(fault.longest !== undefined).toBe(fault.keys.includes('ms'));
      expect(fault.events !== undefined).toBe(fault.keys.includes('events'));
      expect(fault.keys.includes('port')).toBe(fault.place === 'port');
    },
  );

  it.each(FAULT_NAMES)('%s has a number in traces, and words for its value', (name) => {
    expect(faultName(faultCode(name))).toBe(name);
    expect(faultDetail(name, 0)).not.toBe('');
    expect(faultDetail(name, 5)).not.toBe('');
  });
});

it('has words for one process that was killed, and for several', () => {
  expect(faultDetail('die', 1)).toBe('1 process killed');
  expect(faultDetail('die', 2)).toBe('2 processes killed');
});
