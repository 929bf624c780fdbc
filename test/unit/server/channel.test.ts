import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { O_RDONLY, O_WRONLY } from '../../../src/abi/fcntl.js';
import type { EvtchnError } from '../../../src/errors/evtchn-error.js';
import { Request } from '../../../src/fuse/request.js';
import { openDescriptor, openEventfd } from '../../../src/native/descriptor.js';
import { Channel, replyWriter, type Session } from '../../../src/server/channel.js';

/** A session that only notes what it is given. */
class NotingSession implements Session {
  readonly request = new Request();
  readonly handled: string[] = [];

  handle(length: number): boolean {
    this.handled.push(Buffer.from(this.request.bytes.subarray(0, length)).toString());
    return true;
  }
}

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'channel-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('Channel', () => {
  it('hands what it read to the session', () => {
    const file = join(folder, 'request');
    writeFileSync(file, 'a request');
    const session = new NotingSession();
    const channel = new Channel(openDescriptor(file, O_RDONLY), session);
    expect(channel.turn()).toBe('open');
    expect(session.handled).toEqual(['a request']);
    channel.close();
  });

  it('goes on when there was nothing to read after all', () => {
    const session = new NotingSession();
    const channel = new Channel(openEventfd(), session);
    expect(channel.turn()).toBe('open');
    expect(session.handled).toEqual([]);
    channel.close();
  });

  it('passes on what it cannot do anything about', () => {
    const channel = new Channel(openDescriptor(folder, O_RDONLY), new NotingSession());
    expect(() => channel.turn()).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    channel.close();
  });

  it('closes its descriptor once, whoever has the number later', () => {
    const channel = new Channel(openDescriptor(folder, O_RDONLY), new NotingSession());
    channel.close();
    const other = new Channel(openEventfd(), new NotingSession());
    expect(other.fd).toBe(channel.fd);
    channel.close();
    expect(other.turn()).toBe('open');
    other.close();
  });
});

describe('replyWriter', () => {
  const bytes = new Uint8Array(64).fill(0x41);

  it('writes as many bytes as the reply has', () => {
    const file = join(folder, 'replies');
    writeFileSync(file, '');
    const channel = new Channel(openDescriptor(file, O_WRONLY), new NotingSession());
    replyWriter(channel.fd, (error) => expect.fail(error.message))(bytes, 16);
    channel.close();
    expect(readFileSync(file, 'latin1')).toBe('A'.repeat(16));
  });

  it('tells of a reply that was not taken', () => {
    const refused: EvtchnError[] = [];
    const channel = new Channel(openDescriptor('/dev/full', O_WRONLY), new NotingSession());
    replyWriter(channel.fd, (error) => refused.push(error))(bytes, 16);
    channel.close();
    expect(refused.map(({ code }) => code)).toEqual(['ENOSPC']);
  });
});
