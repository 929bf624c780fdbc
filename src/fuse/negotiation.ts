import { EPROTO } from '../abi/errno.js';
import {
  FUSE_ATOMIC_O_TRUNC,
  FUSE_BIG_WRITES,
  FUSE_KERNEL_MINOR_VERSION,
  FUSE_KERNEL_VERSION,
  FUSE_MAX_PAGES,
  FUSE_OLDEST_MINOR,
  FUSE_PARALLEL_DIROPS,
} from './protocol.js';
import { MAX_PAGES, type Reply } from './reply.js';
import { MAX_WRITE, type Request } from './request.js';

/** What of the kernel's offers is taken. */
const WANTED_FLAGS = FUSE_ATOMIC_O_TRUNC | FUSE_BIG_WRITES | FUSE_PARALLEL_DIROPS | FUSE_MAX_PAGES;
/**
 * Requests nobody waits for, RELEASE above all, that may be under way. Beyond it the kernel holds them back, and requests
 * that came later would overtake them: a port would still be bound though its file was closed before.
 */
const MAX_BACKGROUND = 0xffff;
/** Bytes of `struct fuse_init_out`. */
const INIT_OUT = 64;

/** What {@link negotiate} came to. */
export type Negotiated =
  /** The protocol to speak. */
  | { readonly kind: 'agreed'; readonly minor: number }
  /** The kernel asks again, with a major version that is known. */
  | { readonly kind: 'again' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Answers INIT (`fuse_send_init`, `process_init_reply`): the older of the two minor versions, and of the kernel's offers
 * what this server uses. A kernel older than 7.23 is refused with EPROTO.
 */
export function negotiate(request: Request, reply: Reply): Negotiated {
  const major = request.word(0);
  const minor = request.word(1);
  if (major < FUSE_KERNEL_VERSION || (major === FUSE_KERNEL_VERSION && minor < FUSE_OLDEST_MINOR)) {
    reply.fail(request, -EPROTO);
    const oldest = `${FUSE_KERNEL_VERSION}.${FUSE_OLDEST_MINOR}`;
    return {
      kind: 'refused',
      reason: `the kernel speaks FUSE ${major}.${minor}; ${oldest} (Linux 3.15) is the oldest supported`,
    };
  }
  reply.clear(INIT_OUT);
  reply.setWord(0, FUSE_KERNEL_VERSION);
  if (major > FUSE_KERNEL_VERSION) {
    reply.send(request, INIT_OUT);
    return { kind: 'again' };
  }
  const agreed = Math.min(minor, FUSE_KERNEL_MINOR_VERSION);
  reply.setWord(1, agreed);
  const flags = request.word(3) & WANTED_FLAGS;
  reply.setWord(3, flags);
  reply.setWord(4, MAX_BACKGROUND | (MAX_BACKGROUND << 16));
  reply.setWord(5, MAX_WRITE);
  reply.setWord(6, 1);
  // The texts of a host may have many megabytes. Before Linux 4.20 a READ is of 32 pages at most.
  if ((flags & FUSE_MAX_PAGES) !== 0) reply.setWord(7, MAX_PAGES);
  reply.send(request, INIT_OUT);
  return { kind: 'agreed', minor: agreed };
}
