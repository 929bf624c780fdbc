import { describe, expect, it } from 'vitest';
import { SharedProbe } from '../../../src/trace/shared-probe.js';
import { CallNotes } from './call-notes.js';
import { callEach } from './every-call.js';

describe('SharedProbe', () => {
  it('passes every call on to each probe as it came, one call after the other', () => {
    const alone: string[] = [];
    callEach(new CallNotes((call) => alone.push(call)));
    const together: string[] = [];
    const probes = [1, 2, 3].map((n) => new CallNotes((call) => together.push(`${n} ${call}`)));
    callEach(new SharedProbe(probes));
    expect(new Set(alone.map((call) => call.split(' ')[0])).size).toBe(alone.length);
    expect(together).toEqual(alone.flatMap((call) => [`1 ${call}`, `2 ${call}`, `3 ${call}`]));
  });
});
