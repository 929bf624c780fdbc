import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { O_RDONLY, O_WRONLY } from '../../../src/abi/fcntl.js';
import type { EvtchnError } from '../../../src/errors/evtchn-error.js';
import { Request } from '../../../src/fuse/request.js';
import {
  closeDescriptor,
  openDescriptor,
  openEventfd,
  writeDescriptor,
} from '../../../src/native/descriptor.js';
import { openSocketPair } from '../../../src/native/descriptor-passing.js';
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
const descriptors: number[] = [];

/** A descriptor that is closed after the test. */
function owned(fd: number): number {
  descriptors.push(fd);
  return fd;
}

function opened(path: string, flags: number = O_RDONLY): number {
  return owned(openDescriptor(path, flags));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'channel-'));
});

afterEach(() => {
  for (const fd of descriptors.splice(0)) closeDescriptor(fd);
  rmSync(folder, { recursive: true });
});

describe('Channel', () => {
  it('hands what it read to the session', () => {
    const file = join(folder, 'request');
    writeFileSync(file, 'a request');
    const session = new NotingSession();
    const channel = new Channel(opened(file), session);
    expect(channel.turn()).toBe('open');
    expect(session.handled).toEqual(['a request']);
  });

  it('goes on when there was nothing to read after all', () => {
    const session = new NotingSession();
    const channel = new Channel(owned(openEventfd()), session);
    expect(channel.turn()).toBe('open');
    expect(session.handled).toEqual([]);
  });

  it('waits for a request or not, as it is told', () => {
    const [mine, kernels] = openSocketPair().map(owned) as [number, number];
    const session = new NotingSession();
    const channel = new Channel(mine, session);
    channel.setWaiting(false);
    expect(channel.turn()).toBe('open');
    channel.setWaiting(true);
    // It would wait for ever if there was nothing: that it waits is seen by the flag.
    expect(readFileSync(`/proc/self/fdinfo/${mine}`, 'utf8')).toMatch(/flags:\s+02000002\n/);
    writeDescriptor(kernels, Buffer.from('late'), 4);
    expect(channel.turn()).toBe('open');
    expect(session.handled).toEqual(['late']);
  });

  it('passes on what it cannot do anything about', () => {
    const channel = new Channel(opened(folder), new NotingSession());
    expect(() => channel.turn()).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  });

  it('says what it could not read', () => {
    const channel = new Channel(opened(folder), new NotingSession(), '/dev/cuse');
    expect(() => channel.turn()).toThrow('EISDIR: Is a directory, read /dev/cuse');
  });
});

describe('replyWriter', () => {
  const bytes = new Uint8Array(64).fill(0x41);

  it('writes as many bytes as the reply has', () => {
    const file = join(folder, 'replies');
    writeFileSync(file, '');
    replyWriter(opened(file, O_WRONLY), (error) => expect.fail(error.message))(bytes, 16);
    expect(readFileSync(file, 'latin1')).toBe('A'.repeat(16));
  });

  it('tells of a reply that was not taken', () => {
    const refused: EvtchnError[] = [];
    replyWriter(opened('/dev/full', O_WRONLY), (error) => refused.push(error))(bytes, 16);
    expect(refused.map(({ code }) => code)).toEqual(['ENOSPC']);
  });
});
