import {
  closeDescriptor,
  readDescriptor,
  writeDescriptor,
} from '../../../src/native/descriptor.js';
import { libc } from '../../../src/native/libc.js';

const socketpair = libc('int socketpair(int domain, int type, int protocol, void *ends)');
/** Numbers of socket(2): AF_UNIX; SOCK_SEQPACKET, closed on exec and non-blocking. */
const AF_UNIX = 1;
const SEQPACKET = 5 | 0o2000000 | 0o4000;

/** Something whose reads and writes are like the device's: a socket, with the driver at its other end. Not its ioctls. */
export class SocketDevice {
  /** The end of the program, which is the program's to close. */
  readonly fd: number;
  readonly #driver: number;
  readonly #words = new Uint32Array(1024);

  constructor() {
    const ends = new Int32Array(32);
    if (socketpair(AF_UNIX, SEQPACKET, 0, ends) !== 0) throw new Error('no sockets');
    [this.fd, this.#driver] = [ends[0]!, ends[1]!];
  }

  /** Events: one read brings all of them. */
  send(...ports: number[]): void {
    writeDescriptor(this.#driver, Uint32Array.from(ports), ports.length * 4);
  }

  /** The ports of the next write, undefined if there was none. */
  unmasked(): number[] | undefined {
    const bytes = readDescriptor(this.#driver, this.#words, this.#words.byteLength);
    return bytes < 0 ? undefined : Array.from(this.#words.subarray(0, bytes / 4));
  }

  close(): void {
    closeDescriptor(this.#driver);
  }
}
