import { onTestFinished } from 'vitest';
import { closeDescriptor } from '../../../src/native/descriptor.js';
import { addressOf, libc, succeeded } from '../../../src/native/libc.js';

const nativeSocket = libc('int socket(int family, int type, int protocol)');
const nativeBind = libc('int bind(int fd, const void *address, unsigned int size)');
const nativeRecv = libc('long recv(int fd, void *to, size_t count, int flags)');
const nativeSendmsg = libc('long sendmsg(int fd, const void *message, int flags)');

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** A datagram socket of a name, which goes with the test; Node itself has none. */
export function listenForDatagrams(name: string): () => string {
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(name)]);
  const fd = succeeded('socket', nativeSocket(AF_UNIX, SOCK_DGRAM, 0));
  onTestFinished(() => closeDescriptor(fd));
  succeeded('bind', nativeBind(fd, address, address.length));
  return () => {
    const buffer = Buffer.alloc(4096);
    const count = succeeded('recv', nativeRecv(fd, buffer, buffer.length, MSG_DONTWAIT));
    return buffer.toString('utf8', 0, count);
  };
}

/** Sends a byte, with a descriptor or without. */
export function sendByte(socket: number, descriptor?: number): void {
  const data = Buffer.alloc(128);
  const vector = new BigUint64Array([addressOf(data), 1n, ...Array<bigint>(16).fill(0n)]);
  const control = new Uint32Array(32);
  control.set([20, 0, 1, 1, descriptor ?? 0]);
  const size = descriptor === undefined ? 0n : 24n;
  const message = new BigUint64Array(16);
  message.set([0n, 0n, addressOf(vector), 1n, size === 0n ? 0n : addressOf(control), size, 0n]);
  succeeded('sendmsg', nativeSendmsg(socket, message, 0));
}
