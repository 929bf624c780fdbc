import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TraceBatch } from '../../../src/trace/trace-batch.js';
import { TraceBuffer } from '../../../src/trace-stream/trace-buffer.js';
import { followTrace } from '../../../src/watch/follow-trace.js';

let folder = '';
let file: FileHandle;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'follow-trace-'));
  file = await open(join(folder, 'trace'), 'w+');
});
afterEach(async () => {
  await file.close();
  rmSync(folder, { recursive: true });
});

/** A file that grows by what a buffer has, as the trace of a host does. */
function growing() {
  const buffer = new TraceBuffer({ now: () => 1, wallTime: () => 2, onUse: () => {} });
  const reader = buffer.newReader();
  const grow = async () => {
    const bytes = new Uint8Array(1 << 20);
    await appendFile(join(folder, 'trace'), bytes.subarray(0, reader.read(bytes)));
  };
  return { buffer, grow };
}

describe('following a trace', () => {
  it('gives what is there, then what comes, and nothing where nothing comes', async () => {
    const { buffer, grow } = growing();
    buffer.upcall(1, 1);
    await grow();
    const batches = followTrace(file, { interval: 1 });
    const next = async () => (await batches.next()).value as TraceBatch;
    expect((await next()).records).toHaveLength(1);
    expect(await next()).toEqual({ records: [], dropped: 0 });
    expect(await next()).toEqual({ records: [], dropped: 0 });
    buffer.upcall(1, 2);
    buffer.upcall(1, 3);
    await grow();
    let batch = await next();
    while (batch.records.length === 0) batch = await next();
    expect(batch.records.map((record) => record.type)).toEqual(['upcall', 'upcall']);
    await batches.return();
  });

  it('gives much in parts', async () => {
    const { buffer, grow } = growing();
    for (let i = 0; i < 5000; i++) buffer.upcall(1, i);
    await grow();
    const sizes: number[] = [];
    for await (const { records } of followTrace(file, { interval: 1 })) {
      if (records.length === 0) break;
      sizes.push(records.length);
    }
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(5000);
  });

  it('ends when it is to, before it has begun or while it waits', async () => {
    const { grow } = growing();
    await grow();
    for await (const _ of followTrace(file, { signal: AbortSignal.abort() })) {
      throw new Error('a batch came');
    }
    const controller = new AbortController();
    let batches = 0;
    for await (const _ of followTrace(file, { signal: controller.signal, interval: 1e6 })) {
      batches++;
      setImmediate(() => controller.abort());
    }
    expect(batches).toBe(1);
  });

  it('rejects with what is no trace', async () => {
    await appendFile(join(folder, 'trace'), 'x'.repeat(100));
    await expect(followTrace(file, {}).next()).rejects.toThrow('this is no trace of xen-evtchn');
  });
});
