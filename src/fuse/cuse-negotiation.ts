import { EPROTO } from '../abi/errno.js';
import type { Negotiated } from './negotiation.js';
import {
  CUSE_UNRESTRICTED_IOCTL,
  FUSE_KERNEL_MINOR_VERSION,
  FUSE_KERNEL_VERSION,
  FUSE_OLDEST_MINOR,
} from './protocol.js';
import type { Reply } from './reply.js';
import { MAX_WRITE, type Request } from './request.js';

/** Bytes of `struct cuse_init_out`. */
const INIT_OUT = 72;

/**
 * Answers CUSE_INIT (`cuse_send_init`, `cuse_process_init_reply`): makes the device, with a number of the kernel's choice. A
 * kernel older than 7.23 is refused with EPROTO, as one that does not offer unrestricted ioctls, without which the arguments of
 * the device's never come.
 *
 * Reads and writes larger than what is allowed here are split by the kernel, until one is answered short: the limit is above
 * the 4096 bytes that the device moves at once, so that the first part already ends the call.
 * @param name - below /dev, such as `xen/evtchn`: ASCII, at most 255 bytes
 */
export function negotiateCuse(request: Request, reply: Reply, name: string): Negotiated {
  const major = request.word(0);
  const minor = request.word(1);
  const tooOld =
    major !== FUSE_KERNEL_VERSION ||
    minor < FUSE_OLDEST_MINOR ||
    (request.word(3) & CUSE_UNRESTRICTED_IOCTL) === 0;
  if (tooOld) {
    reply.fail(request, -EPROTO);
    const least = `${FUSE_KERNEL_VERSION}.${FUSE_OLDEST_MINOR}`;
    return {
      kind: 'refused',
      reason: `the kernel speaks CUSE ${major}.${minor}; ${least} with unrestricted ioctls (Linux 3.15) is the oldest supported`,
    };
  }
  const agreed = Math.min(minor, FUSE_KERNEL_MINOR_VERSION);
  reply.clear(INIT_OUT);
  reply.setWord(0, FUSE_KERNEL_VERSION);
  reply.setWord(1, agreed);
  reply.setWord(3, CUSE_UNRESTRICTED_IOCTL);
  reply.setWord(4, MAX_WRITE);
  reply.setWord(5, MAX_WRITE);
  reply.send(request, INIT_OUT + writeString(reply.body, INIT_OUT, `DEVNAME=${name}`));
  return { kind: 'agreed', minor: agreed };
}

/** Writes an ASCII string that ends with a zero byte. @returns its bytes */
function writeString(to: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) to[at + i] = text.charCodeAt(i);
  to[at + text.length] = 0;
  return text.length + 1;
}
