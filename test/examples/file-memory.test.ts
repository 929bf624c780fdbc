import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appearance } from '../../examples/console/appearance.js';
import { CONSOLE_SIZE } from '../../examples/console/console-page.js';
import { FileMemory } from '../../examples/console/file-memory.js';
import { bytes, consolePair, readAll } from './console-pair.js';

const never = new AbortController().signal;
const memories: FileMemory[] = [];
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-memory-'));
  path = join(folder, 'console');
});

afterEach(() => {
  for (const memory of memories.splice(0)) memory.close();
  rmSync(folder, { recursive: true });
});

/** A file that is closed after the test. */
function created(size = 16): FileMemory {
  const memory = FileMemory.create(path, size);
  memories.push(memory);
  return memory;
}

async function opened(signal = never): Promise<FileMemory> {
  const memory = await FileMemory.open(path, signal);
  memories.push(memory);
  return memory;
}

describe('memory in a file', () => {
  it('is the same for two that have it open', async () => {
    const one = created();
    one.publish();
    const other = await opened();
    one.store(4, 0xfffffffe);
    expect(other.load(4)).toBe(0xfffffffe);
    other.write(8, bytes(5, 1));
    const seen = new Uint8Array(5);
    one.read(8, seen);
    expect(seen).toEqual(bytes(5, 1));
    expect([...readFileSync(path)]).toEqual([
      0, 0, 0, 0, 254, 255, 255, 255, 1, 2, 3, 4, 5, 0, 0, 0,
    ]);
  });

  it('appears at its path with what was written before', async () => {
    const memory = created();
    const other = opened();
    expect(readdirSync(folder)).not.toContain('console');
    memory.store(0, 5);
    memory.publish();
    expect((await other).load(0)).toBe(5);
    expect(readdirSync(folder)).toEqual(['console']);
    memory.publish();
  });

  it('does not take the place of another file, and leaves none', () => {
    writeFileSync(path, 'of somebody else');
    const memory = FileMemory.create(path, 16);
    expect(() => memory.publish()).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    memory.close();
    expect(readdirSync(folder)).toEqual(['console']);
    expect(readFileSync(path, 'utf8')).toBe('of somebody else');
  });

  it('is an error where a peer has cut the file off', () => {
    const memory = created();
    memory.publish();
    truncateSync(path, 6);
    expect(() => memory.load(4)).toThrow('EIO: read 2 bytes of 4: the file is too short');
  });

  it('does for a console as any memory', async () => {
    const { back, connect } = consolePair(created(CONSOLE_SIZE));
    const front = connect();
    const saying = front.write(bytes(10_000)).then(() => front.end());
    expect(await readAll(back)).toEqual(bytes(10_000));
    await saying;
  });
});

describe('waiting for a file', () => {
  it('is over at once when the file is there', async () => {
    writeFileSync(path, '');
    await appearance(path, never);
  });

  it('passes over other files', async () => {
    let seen = false;
    const waiting = appearance(path, never).then(() => {
      seen = true;
    });
    const other = appearance(join(folder, 'other'), never);
    writeFileSync(join(folder, 'other'), '');
    await other;
    expect(seen).toBe(false);
    writeFileSync(path, '');
    await waiting;
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const waiting = opened(stop.signal);
    stop.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await expect(opened(stop.signal)).rejects.toBe('enough');
  });

  it('is refused where there is no such folder', async () => {
    await expect(appearance(join(path, 'console'), never)).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
