import { describe, expect, it } from 'vitest';
import { MessageMemory } from '../../../src/fuse/message-memory.js';
import { Reply } from '../../../src/fuse/reply.js';
import { Request } from '../../../src/fuse/request.js';
import { requestBytes, write } from './fuse-request.js';
import { words } from './fuse-struct.js';

function setUp() {
  const request = new Request();
  const reply = new Reply(() => {});
  return { request, reply, memory: new MessageMemory(request, reply) };
}

describe('the buffer of a call', () => {
  it('takes what is read into the body of the reply', () => {
    const { reply, memory } = setUp();
    const ports = Uint32Array.of(10, 11, 12, 13);
    expect(memory.copyToUser(0, ports, 1, 2)).toBe(true);
    expect(memory.copyToUser(8, ports, 3, 1)).toBe(true);
    expect([...new Uint32Array(reply.body.slice(0, 12).buffer)]).toEqual([11, 12, 13]);
  });

  it('gives what is written from behind the structure of the WRITE', () => {
    const { request, memory } = setUp();
    const bytes = requestBytes(write({ node: 4n, fh: 1n }, words(7, 8, 9)), 2n);
    request.bytes.set(bytes);
    const page = new Uint32Array(4).fill(99);
    expect(memory.copyFromUser(page, 0, 3)).toBe(true);
    expect([...page]).toEqual([7, 8, 9, 99]);
    expect(memory.copyFromUser(page, 4, 1)).toBe(true);
    expect(page[0]).toBe(8);
  });

  it('holds no argument of an ioctl', () => {
    const { memory } = setUp();
    expect([memory.getU16(), memory.getU32()]).toEqual([-1, -1]);
  });
});
