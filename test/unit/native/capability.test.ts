import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clearInheritableCapabilities, hasCapability } from '../../../src/native/capability.js';

/** A set of this process as the kernel shows it. */
const set = (name: string): bigint =>
  BigInt(
    `0x${new RegExp(`^${name}:\\s*(\\w+)$`, 'm').exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1]}`,
  );

describe('capabilities', () => {
  it('are those that the kernel shows', () => {
    const effective = set('CapEff');
    for (let capability = 0; capability <= 40; capability++) {
      expect(hasCapability(capability)).toBe(((effective >> BigInt(capability)) & 1n) === 1n);
    }
  });

  it('are not passed on once they are not inheritable', () => {
    const before = [set('CapPrm'), set('CapEff')];
    clearInheritableCapabilities();
    expect([set('CapInh'), set('CapAmb')]).toEqual([0n, 0n]);
    expect([set('CapPrm'), set('CapEff')]).toEqual(before);
  });
});
