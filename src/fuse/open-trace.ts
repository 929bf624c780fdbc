import { EBADF, EINVAL } from '../abi/errno.js';
import { POLLIN, POLLRDNORM } from '../abi/poll.js';
import type { TraceReader } from '../trace-stream/trace-reader.js';
import { STREAM_RECORD } from '../trace-stream/trace-stream.js';
import type { OpenTreeFile } from './open-tree-file.js';
import { FOPEN_DIRECT_IO, FOPEN_NOFLUSH, FOPEN_NONSEEKABLE, FOPEN_STREAM } from './protocol.js';
import type { Reply } from './reply.js';

/** The open trace of a host: each read gives what happened since the one before, and 0 bytes if nothing did. */
export class OpenTrace implements OpenTreeFile {
  readonly flags: number = FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE | FOPEN_STREAM | FOPEN_NOFLUSH;
  readonly readiness: number = POLLIN | POLLRDNORM;
  readonly #reader: TraceReader;

  constructor(reader: TraceReader) {
    this.#reader = reader;
  }

  /** Too small a read for a record is -EINVAL, as 0 would say that there is none. */
  read(_offset: number, size: number, reply: Reply): number {
    if (size < STREAM_RECORD) return -EINVAL;
    return this.#reader.read(reply.body.subarray(0, size));
  }

  write(): number {
    return -EBADF;
  }

  close(): void {
    this.#reader.close();
  }
}
