import { EBADF } from '../abi/errno.js';
import { POLLIN, POLLRDNORM } from '../abi/poll.js';
import type { OpenTreeFile } from './open-tree-file.js';
import { FOPEN_DIRECT_IO, FOPEN_NOFLUSH } from './protocol.js';
import type { Reply } from './reply.js';
import type { TextBytes } from './tree-file.js';

/** An open text of the tree: it shows what was true when it was opened, however it is read. */
export class OpenText implements OpenTreeFile {
  readonly flags: number = FOPEN_DIRECT_IO | FOPEN_NOFLUSH;
  readonly readiness: number = POLLIN | POLLRDNORM;
  readonly #bytes: Uint8Array;

  constructor(text: TextBytes) {
    this.#bytes = typeof text === 'string' ? bytesOf(text) : text;
  }

  read(offset: number, size: number, reply: Reply): number {
    const part = this.#bytes.subarray(offset, offset + Math.min(size, reply.body.length));
    reply.body.set(part);
    return part.length;
  }

  write(): number {
    return -EBADF;
  }

  close(): void {}
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
