import { describe, expect, it } from 'vitest';
import { Request } from '../../../src/fuse/request.js';
import { getattr, init, lookup, requestBytes } from './fuse-request.js';

/** A request with those bytes in its buffer. */
function filled(bytes: Uint8Array): Request {
  const request = new Request();
  request.bytes.set(bytes);
  request.length = bytes.length;
  return request;
}

describe('the header of a request', () => {
  it('is read field by field', () => {
    const asked = { ...getattr(0x1234_5678_9abcn), uid: 0xffff_fffe, gid: 7, pid: 4711 };
    const request = filled(requestBytes(asked, 0xfedc_ba98_7654_3210n));
    expect(request).toMatchObject({
      opcode: 3,
      uniqueLow: 0x7654_3210,
      uniqueHigh: 0xfedc_ba98,
      nodeId: 0x1234_5678_9abc,
      uid: 0xffff_fffe,
      gid: 7,
      pid: 4711,
      bodyLength: 16,
    });
  });

  it('is followed by a body of words', () => {
    const request = filled(requestBytes(init(7, 31, 0xdead_beef), 2n));
    expect([0, 1, 2, 3].map((index) => request.word(index))).toEqual([7, 31, 0x20000, 0xdead_beef]);
  });
});

describe('a name', () => {
  it('ends at its NUL', () => {
    const request = filled(requestBytes(lookup(1n, 'evtchn'), 2n));
    expect(request.name(0)).toBe('evtchn');
    expect(request.name(3)).toBe('chn');
    expect(request.name(6)).toBe('');
  });

  it('has to end within the request', () => {
    const request = filled(requestBytes(lookup(1n, 'evtchn'), 2n));
    for (const offset of [7, 8, 100, 16384, 20000]) expect(request.name(offset)).toBeUndefined();
    request.length--;
    expect(request.name(0)).toBeUndefined();
    request.bytes.fill(0x41);
    expect(request.name(0)).toBeUndefined();
  });

  it('may fill the buffer to its last byte', () => {
    const request = new Request();
    request.bytes.fill(0x41);
    request.bytes[request.bytes.length - 1] = 0;
    request.length = request.bytes.length;
    expect(request.name(0)).toBe('A'.repeat(request.bytes.length - 41));
  });

  it('is its bytes, whatever they mean', () => {
    expect(filled(requestBytes(lookup(1n, '\xc3\xa9\xff'), 2n)).name(0)).toBe('\xc3\xa9\xff');
  });
});
