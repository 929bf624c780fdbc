import { describe, expect, it } from 'vitest';
import { Reply } from '../../../src/fuse/reply.js';
import { Request } from '../../../src/fuse/request.js';
import { RetryMemory } from '../../../src/fuse/retry-memory.js';
import { OP } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { encode, words } from './fuse-struct.js';

/** The argument of an ioctl that brings these bytes, and what is sent when it is asked for. */
function argument(...data: readonly number[]) {
  const request = new Request();
  const sent: number[] = [];
  const reply = new Reply((_, length) => sent.push(length));
  const memory = new RetryMemory(request);
  const bring = (...values: readonly number[]) => {
    const bytes = words(...values);
    const head = encode('ioctl_in', { fh: 1, in_size: bytes.length });
    const whole = fuse.requestBytes(fuse.request(OP.IOCTL, 0n, head, bytes), 2n);
    request.bytes.fill(0xa5);
    request.bytes.set(whole);
    request.length = whole.length;
    memory.turnTo(1, 0x1000, 0);
  };
  bring(...data);
  return { memory, reply, sent, bring };
}

describe('the argument of an ioctl on a CUSE device', () => {
  it('is what came with the request', () => {
    const { memory } = argument(0x1234_5678, 0xffff_ffff, 7);
    expect([memory.getU32(0), memory.getU32(4), memory.getU32(8)]).toEqual([
      0x1234_5678, 0xffff_ffff, 7,
    ]);
    expect([memory.getU16(0), memory.getU16(4)]).toEqual([0x5678, 0xffff]);
    const copy = new Uint32Array(2);
    expect(memory.copyFromUser(copy, 4, 2)).toBe(true);
    expect([...copy]).toEqual([0xffff_ffff, 7]);
  });

  it('faults where nothing came, and that is asked for, from its beginning', () => {
    const { memory, reply, sent } = argument(1);
    expect(memory.getU32(4)).toBe(-1);
    expect(memory.askAgain(reply)).toBe(true);
    expect(sent).toEqual([48]);
    expect([...new Uint32Array(reply.body.buffer, 16, 8)]).toEqual([0, 4, 1, 0, 0x1000, 0, 8, 0]);
    expect(memory.copyFromUser(new Uint32Array(2), 0, 2)).toBe(false);
    expect(memory.copyToUser()).toBe(false);
  });

  it('is not asked for again once it came', () => {
    const { memory, reply, sent, bring } = argument();
    expect(memory.getU16(0)).toBe(-1);
    bring(5);
    expect(memory.getU16(0)).toBe(5);
    expect(memory.askAgain(reply)).toBe(false);
    expect(sent).toEqual([]);
  });
});
