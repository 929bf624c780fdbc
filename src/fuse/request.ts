import { BODY, IN_HEADER } from './protocol.js';

/** Largest write that reaches the server whole: the device takes 4096 bytes, so a larger one is cut short anyway. */
export const MAX_WRITE = 8192;
/**
 * Room for any request: the largest is an ioctl whose number announces 16383 bytes of data. What does not fit the kernel answers
 * itself, with EIO.
 */
const CAPACITY = 32768;
/** 2^32. */
const HIGH = 0x1_0000_0000;

/** One request of the kernel: `struct fuse_in_header` and what follows, in a buffer that is used again and again. */
export class Request {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(CAPACITY);
  readonly words: Uint32Array<ArrayBuffer> = new Uint32Array(this.bytes.buffer);
  /** Bytes of the request that is in the buffer. */
  length = 0;

  get opcode(): number {
    return this.words[1]!;
  }

  /** Low and high half of `unique`, by which the reply names the request. */
  get uniqueLow(): number {
    return this.words[2]!;
  }

  get uniqueHigh(): number {
    return this.words[3]!;
  }

  /** The file or directory that is meant. */
  get nodeId(): number {
    return this.u64(4);
  }

  get uid(): number {
    return this.words[6]!;
  }

  get gid(): number {
    return this.words[7]!;
  }

  /** The thread that asks, in the server's pid namespace; 0 where that has no number for it. */
  get pid(): number {
    return this.words[8]!;
  }

  /** Bytes behind the header. */
  get bodyLength(): number {
    return this.length - IN_HEADER;
  }

  /** A 32-bit word of the body, counted in words from its start. */
  word(index: number): number {
    return this.words[BODY + index]!;
  }

  /** Two words from `index` of the whole request on, as one number; exact up to 2^53. */
  u64(index: number): number {
    return this.words[index + 1]! * HIGH + this.words[index]!;
  }

  /**
   * A name that stands in the body.
   * @param offset - bytes into the body
   * @returns undefined if it does not end within the request
   */
  name(offset: number): string | undefined {
    const start = IN_HEADER + offset;
    const end = this.bytes.indexOf(0, start);
    if (end < 0 || end >= this.length) return undefined;
    let name = '';
    // No name that exists here has anything but ASCII in it: bytes will do to compare.
    for (let at = start; at < end; at++) name += String.fromCharCode(this.bytes[at]!);
    return name;
  }
}
