import { EAGAIN, ERRNO } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { addressOf, libc, succeeded } from './libc.js';

const nativeSocketpair = libc('int socketpair(int family, int type, int protocol, void *pair)');
const nativeRecvmsg = libc('long recvmsg(int fd, void *message, int flags)');

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_CMSG_CLOEXEC = 0x40000000;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;

/** Bytes of each part of a message; more than 64, so that its memory does not move. */
const PART_BYTES = 128;
/** Size of `struct cmsghdr` and one descriptor. */
const CONTROL_BYTES = 20;

/** Two connected stream sockets, both closed on exec. @throws EvtchnError with the errno of socketpair(2) */
export function openSocketPair(): [number, number] {
  const pair = new Int32Array(PART_BYTES / 4);
  succeeded('socketpair', nativeSocketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
  return [pair[0]!, pair[1]!];
}

/**
 * Takes the descriptor that was sent over a socket (SCM_RIGHTS of unix(7)) with a byte. Does not wait.
 * @returns the descriptor, closed on exec
 * @throws EvtchnError: EAGAIN if nothing was sent, EBADMSG if no descriptor came with it
 */
export function receiveDescriptor(socket: number): number {
  const data = new Uint8Array(PART_BYTES);
  const control = new Uint32Array(PART_BYTES / 4);
  const vector = new BigUint64Array(PART_BYTES / 8);
  vector.set([addressOf(data), 1n]);
  // struct msghdr: name and its size, iovecs and their count, control data and its size, flags.
  const message = new BigUint64Array(PART_BYTES / 8);
  message.set([0n, 0n, addressOf(vector), 1n, addressOf(control), BigInt(PART_BYTES), 0n]);
  const count = nativeRecvmsg(socket, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (succeeded('recvmsg', count) === 0) throw new EvtchnError('recvmsg', EAGAIN);
  const [size, , level, type, fd] = control;
  if (size !== CONTROL_BYTES || level !== SOL_SOCKET || type !== SCM_RIGHTS) {
    throw new EvtchnError('recvmsg', ERRNO.EBADMSG, 'the other side sent no descriptor');
  }
  return fd!;
}
