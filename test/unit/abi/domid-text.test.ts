import { describe, expect, it } from 'vitest';
import { parseDomid } from '../../../src/abi/domid-text.js';

describe('a domain number', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['10', 10],
    ['32751', 32751],
  ])('%s', (text, number) => {
    expect(parseDomid(text)).toBe(number);
  });

  it.each([
    '',
    '32752',
    '65535',
    '99999',
    '100000',
    '-1',
    '+1',
    '01',
    '00',
    '1.0',
    '1e2',
    '0x1',
    ' 1',
    '1 ',
    '1\n',
    '١',
    'a',
  ])('is not %j', (text) => {
    expect(parseDomid(text)).toBeUndefined();
  });
});
