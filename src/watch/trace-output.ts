import * as fs from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { errnoMessage } from '../abi/errno.js';

const open = promisify(fs.open);
const write = promisify(fs.write);
const close = promisify(fs.close);

/** Where a trace is written to. */
export interface TraceOutput {
  /** What it is called, for people. */
  readonly name: string;
  /** Bytes that were written. */
  readonly bytes: number;
  /** It has not taken yet what it was given. */
  readonly busy: boolean;
  /** Whoever read it has gone: what is written is lost from now on. */
  readonly unread: boolean;
  /** Writes, and waits until it is written. @throws (rejects) Error that says what is wrong with the place */
  write(text: string): Promise<void>;
  /** Closes it. @throws (rejects) Error likewise */
  close(): Promise<void>;
}

/** What a failed system call says about where a trace is to go. */
function outputError(name: string, error: unknown): Error {
  const { errno = 0 } = error as NodeJS.ErrnoException;
  return new Error(`cannot write the trace to ${name}: ${errnoMessage(errno)}`);
}

/** A stream that somebody reads: standard output, or a named pipe. */
class StreamOutput implements TraceOutput {
  readonly name: string;
  readonly #stream: Writable;
  readonly #own: boolean;
  bytes = 0;
  busy = false;
  unread = false;

  /** @param own - whether it is closed in the end */
  constructor(name: string, stream: Writable, own: boolean) {
    this.name = name;
    this.#stream = stream;
    this.#own = own;
    // Each write hears of its own failure.
    stream.on('error', () => {});
  }

  async write(text: string): Promise<void> {
    if (text === '' || this.unread) return;
    this.busy = true;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#stream.write(text, (error) => (error == null ? resolve() : reject(error)));
      });
      this.bytes += Buffer.byteLength(text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw outputError(this.name, error);
      this.unread = true;
    } finally {
      this.busy = false;
    }
  }

  async close(): Promise<void> {
    if (!this.#own) return;
    await new Promise<void>((resolve) => this.#stream.end(resolve));
    this.#stream.destroy();
  }
}

/** A file. */
class FileOutput implements TraceOutput {
  readonly name: string;
  readonly unread = false;
  readonly #descriptor: number;
  bytes = 0;
  busy = false;

  constructor(name: string, descriptor: number) {
    this.name = name;
    this.#descriptor = descriptor;
  }

  async write(text: string): Promise<void> {
    let rest = Buffer.from(text);
    this.busy = true;
    try {
      while (rest.length > 0) {
        const { bytesWritten } = await write(this.#descriptor, rest);
        this.bytes += bytesWritten;
        rest = rest.subarray(bytesWritten);
      }
    } catch (error) {
      throw outputError(this.name, error);
    } finally {
      this.busy = false;
    }
  }

  async close(): Promise<void> {
    try {
      await close(this.#descriptor);
    } catch (error) {
      throw outputError(this.name, error);
    }
  }
}

/** Standard output. */
export function standardTraceOutput(): TraceOutput {
  return new StreamOutput('standard output', process.stdout, false);
}

/**
 * Opens a file for a trace, made if it is missing and emptied if not; of a named pipe it waits for the reader.
 * @throws (rejects) Error that says why it cannot be written
 */
export async function fileTraceOutput(path: string): Promise<TraceOutput> {
  let descriptor: number;
  try {
    descriptor = await open(path, 'w');
  } catch (error) {
    throw outputError(path, error);
  }
  if (!fs.fstatSync(descriptor).isFIFO()) return new FileOutput(path, descriptor);
  // A write to a full pipe would hold a thread, which the end of the process waits for; as a socket's it does not.
  const stream = new Socket({ fd: descriptor, readable: false, writable: true });
  return new StreamOutput(path, stream, true);
}
