import type { UserMemory } from '../vfs/user-memory.js';
import { BODY, OUT_BODY } from './protocol.js';
import type { Reply } from './reply.js';
import type { Request } from './request.js';

/** Words of `struct fuse_write_in`: the data of a WRITE begins behind it. */
const WRITE_IN_WORDS = 10;

/** The buffer of a read or write as the driver sees it: address 0 is where the data begins in the reply or request. */
export class MessageMemory implements UserMemory {
  private readonly reply: Uint32Array;
  private readonly request: Uint32Array;

  constructor(request: Request, reply: Reply) {
    this.request = request.words;
    this.reply = reply.words;
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    const start = BODY + WRITE_IN_WORDS + (address >>> 2);
    for (let i = 0; i < words; i++) to[i] = this.request[start + i]!;
    return true;
  }

  copyToUser(address: number, from: Uint32Array, start: number, words: number): boolean {
    const to = OUT_BODY + (address >>> 2);
    for (let i = 0; i < words; i++) this.reply[to + i] = from[start + i]!;
    return true;
  }

  /** Ioctls have their argument elsewhere. */
  getU16(): number {
    return -1;
  }

  getU32(): number {
    return -1;
  }
}
