import { describe, expect, it } from 'vitest';
import { valueText } from '../../../../src/lab/report/value-text.js';

const circle: { self?: unknown } = {};
circle.self = circle;

describe('valueText', () => {
  it.each([
    [7, '7'],
    [undefined, 'undefined'],
    [null, 'null'],
    [12n, '12'],
    ['a "b"', '"a \\"b\\""'],
    [[1, 2], '[1,2]'],
    [{ ring: { in: 3 } }, '{"ring":{"in":3}}'],
    [new RangeError('too far\n  away'), 'RangeError: too far away'],
    [circle, '[object Object]'],
    [valueText, 'function valueText'],
    ['x'.repeat(100), `"${'x'.repeat(58)}…`],
  ])('shows %o as %s', (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});
