import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { TraceBatch } from '../trace/trace-batch.js';
import { TraceDecoder } from '../trace-stream/trace-decoder.js';
import type { FollowOptions } from './watched-host.js';

/** Milliseconds between two looks unless said otherwise. */
const INTERVAL = 50;
/** Bytes read at once: few enough that decoding them takes a millisecond or two. */
const CHUNK = 65536;
const NOTHING: TraceBatch = { records: [], dropped: 0 };

/**
 * Everything that comes from the open trace of a host, until the host ends or a signal aborts.
 * @throws (rejects) Error for what is no trace, and for a read that fails while the host is there
 */
export async function* followTrace(
  file: FileHandle,
  { signal, interval = INTERVAL }: FollowOptions,
): AsyncGenerator<TraceBatch, void, undefined> {
  const decoder = new TraceDecoder();
  const buffer = new Uint8Array(CHUNK);
  while (!isAborted(signal)) {
    let came = false;
    for (;;) {
      const length = await readOn(file, buffer);
      if (length === undefined) return;
      if (length === 0 || isAborted(signal)) break;
      for (const batch of decoder.decode(buffer.subarray(0, length))) {
        came = true;
        yield batch;
      }
    }
    if (!came) yield NOTHING;
    if (!(await waited(interval, signal))) return;
  }
}

/** Reads what is there. @returns bytes, 0 for nothing new; undefined if the host has ended */
async function readOn(file: FileHandle, buffer: Uint8Array): Promise<number | undefined> {
  try {
    return (await file.read(buffer, 0, buffer.length, null)).bytesRead;
  } catch (error) {
    if (isEnd(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that the host is no longer served. */
function isEnd(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ENOTCONN', 'ECONNABORTED', 'ENODEV'].includes(code);
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Waits. @returns false if the signal aborted */
async function waited(milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch (error) {
    if (isAborted(signal)) return false;
    throw error;
  }
}
