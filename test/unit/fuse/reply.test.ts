import { describe, expect, it } from 'vitest';
import { Reply } from '../../../src/fuse/reply.js';
import { Request } from '../../../src/fuse/request.js';
import { getattr, requestBytes } from './fuse-request.js';
import { decode } from './fuse-struct.js';
import { toHex } from './recording.js';

/** A reply whose messages are kept in hexadecimal, and a request to answer. */
function setUp() {
  const sent: string[] = [];
  const reply = new Reply((bytes, length) => sent.push(toHex(bytes.subarray(0, length))));
  const request = new Request();
  request.bytes.set(requestBytes(getattr(1n), 0x1122_3344_5566_7788n));
  return { sent, reply, request };
}

describe('a reply', () => {
  it('has the number of its request, and the first bytes of the body', () => {
    const { sent, reply, request } = setUp();
    reply.clear(12);
    reply.setWord(0, 0xdead_beef);
    reply.setWord(1, -2);
    reply.setWord(2, 0x0102_0304);
    expect(reply.send(request, 10)).toBe(true);
    expect(sent).toEqual(['1a000000000000008877665544332211efbeaddefeffffff0403']);
    reply.clear(8);
    reply.send(request, 12);
    expect(sent[1]).toBe('1c000000000000008877665544332211000000000000000004030201');
  });

  it('that is an error is its header', () => {
    const { sent, reply, request } = setUp();
    expect(reply.fail(request, -38)).toBe(true);
    expect(sent).toEqual(['10000000daffffff8877665544332211']);
  });

  it('takes numbers up to 2^53', () => {
    const { reply } = setUp();
    for (const value of [0, 1, 0xffff_ffff, 2 ** 32, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]) {
      reply.setU64(4, value);
      const view = new DataView(reply.body.buffer, reply.body.byteOffset);
      expect(view.getBigUint64(16, true)).toBe(BigInt(value));
    }
  });

  it('has room for 64 KiB behind the header', () => {
    const { sent, reply, request } = setUp();
    reply.body.fill(7);
    reply.send(request, reply.body.length);
    expect(reply.body.length).toBe(1 << 20);
    expect(sent[0]).toHaveLength(2 * (16 + (1 << 20)));
  });
});

describe('a notification', () => {
  it('has the number 0 and a code where a reply has its error', () => {
    const messages: Uint8Array[] = [];
    const reply = new Reply((bytes, length) => messages.push(bytes.slice(0, length)));
    reply.notifyPoll(0x7654_3210, 0xfedc_ba98);
    expect(decode('out_header', messages[0]!)).toEqual({ len: 24, error: 1, unique: 0n });
    expect(decode('notify_poll_wakeup_out', messages[0]!, 16).kh).toBe(0xfedc_ba98_7654_3210n);
    expect(messages[0]).toHaveLength(24);
  });
});
