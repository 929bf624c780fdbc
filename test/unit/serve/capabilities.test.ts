import { expect, it } from 'vitest';
import { parseCapabilities } from '../../../src/serve/capabilities.js';

it('reads the effective set', () => {
  const status =
    'Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000200000\nCapBnd:\t0000\n';
  expect(parseCapabilities(status)).toBe(1n << 21n);
});

it('reads a set that is empty or missing as no rights', () => {
  expect(parseCapabilities('CapEff:\t0000000000000000\n')).toBe(0n);
  expect(parseCapabilities('Name:\tnode\n')).toBe(0n);
});
