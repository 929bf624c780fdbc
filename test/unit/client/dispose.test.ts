import { describe, expect, it } from 'vitest';
import { asyncDispose, dispose } from '../../../src/client/dispose.js';

describe('the symbols of using', () => {
  it('are the language’s own where it has them, registered ones elsewhere', () => {
    expect(dispose).toBe(Symbol.dispose ?? Symbol.for('Symbol.dispose'));
    expect(asyncDispose).toBe(Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose'));
    expect(dispose).not.toBe(asyncDispose);
  });
});
