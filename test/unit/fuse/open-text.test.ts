import { describe, expect, it } from 'vitest';
import { OpenText } from '../../../src/fuse/open-text.js';
import { Reply } from '../../../src/fuse/reply.js';

describe('an open text', () => {
  it('fills in what was asked for, and leaves the rest as it was', () => {
    const reply = new Reply(() => {});
    const text = new OpenText('abcdef');
    reply.body.fill(0x2e, 0, 10);
    expect(text.read(1, 3, reply)).toBe(3);
    expect(String.fromCharCode(...reply.body.subarray(0, 6))).toBe('bcd...');
    expect(text.read(4, 100, reply)).toBe(2);
    expect(text.read(6, 100, reply)).toBe(0);
    expect(text.read(2 ** 64, 100, reply)).toBe(0);
    expect(text.read(0, 0, reply)).toBe(0);
  });

  it('is not written', () => {
    expect(new OpenText('a').write()).toBe(-9);
  });
});
