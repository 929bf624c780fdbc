import { FUSE_NOTIFY_POLL, OUT_BODY, OUT_HEADER } from './protocol.js';
import type { Request } from './request.js';

/** Most a reply may carry behind its header: as much as a READ asks for at most, see {@link MAX_PAGES}. */
export const MAX_REPLY = 1 << 20;
/** The same in pages of 4 KiB, for the kernel; its own limit unless its administrator raised that. */
export const MAX_PAGES = 256;

/** Takes a reply or a notification to the kernel, at once: the memory is used again. */
export type Send = (bytes: Uint8Array<ArrayBuffer>, length: number) => void;

/**
 * One reply: `struct fuse_out_header` and what follows, in a buffer that is used again and again. Fill it only when all that
 * the request causes has happened: what happens may send replies of its own.
 *
 * What sends answers true, so that a handler can end with it: the request is dealt with.
 */
export class Reply {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(OUT_HEADER + MAX_REPLY);
  readonly words: Uint32Array<ArrayBuffer> = new Uint32Array(this.bytes.buffer);
  /** Behind the header. */
  readonly body: Uint8Array<ArrayBuffer> = this.bytes.subarray(OUT_HEADER);
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Zeroes the first bytes of the body, a multiple of four. */
  clear(length: number): void {
    this.words.fill(0, OUT_BODY, OUT_BODY + length / 4);
  }

  /** Sets a 32-bit word of the body; a negative number as C would have it. */
  setWord(index: number, value: number): void {
    this.words[OUT_BODY + index] = value;
  }

  /** Sets two words of the body to a number up to 2^53. */
  setU64(index: number, value: number): void {
    this.words[OUT_BODY + index] = value;
    this.words[OUT_BODY + index + 1] = value / 0x1_0000_0000;
  }

  /** Answers a request with the first bytes of the body. */
  send(request: Request, length: number): true {
    return this.answer(request.uniqueLow, request.uniqueHigh, 0, length);
  }

  /** Answers a request with an error. @param errno - negative, above -512 */
  fail(request: Request, errno: number): true {
    return this.answer(request.uniqueLow, request.uniqueHigh, errno, 0);
  }

  /** Answers the request of that number. */
  answer(uniqueLow: number, uniqueHigh: number, errno: number, length: number): true {
    const { words } = this;
    words[0] = OUT_HEADER + length;
    words[1] = errno;
    words[2] = uniqueLow;
    words[3] = uniqueHigh;
    this.#send(this.bytes, OUT_HEADER + length);
    return true;
  }

  /** Tells the kernel that pollers of an open file should look again (`fuse_notify_poll_wakeup_out`). */
  notifyPoll(handleLow: number, handleHigh: number): true {
    this.setWord(0, handleLow);
    this.setWord(1, handleHigh);
    return this.answer(0, 0, FUSE_NOTIFY_POLL, 8);
  }
}
