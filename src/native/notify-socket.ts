import { ERRNO } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { closeDescriptor } from './descriptor.js';
import { libc, succeeded } from './libc.js';

const nativeSocket = libc('int socket(int family, int type, int protocol)');
const nativeSendto = libc(
  'long sendto(int fd, const void *from, size_t count, int flags, const void *address, unsigned int size)',
);

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
/** Bytes of `sun_path` in `struct sockaddr_un`. */
const PATH_BYTES = 108;

/** `struct sockaddr_un` of a path, or of an abstract name that is written with a leading `@`. */
function unixAddress(name: string): Uint8Array {
  const abstract = name.startsWith('@');
  // A path ends with a zero byte; an abstract name begins with one, and ends where the address does.
  const bytes = Buffer.from(abstract ? `\0${name.slice(1)}` : `${name}\0`);
  if (bytes.length > PATH_BYTES) {
    throw new EvtchnError(`sendto ${name}`, ERRNO.ENAMETOOLONG);
  }
  const address = new Uint8Array(2 + bytes.length);
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(bytes, 2);
  return address;
}

/**
 * Sends one datagram to a Unix socket, as sd_notify(3) does.
 * @param name - the socket's path, or `@` and its abstract name
 * @throws EvtchnError with the errno of socket(2) or sendto(2); ENAMETOOLONG for a name that no address holds
 */
export function sendNotification(name: string, text: string): void {
  const address = unixAddress(name);
  const data = Buffer.from(text);
  const socket = succeeded('socket', nativeSocket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  try {
    const size = address.length;
    const sent = nativeSendto(socket, data, data.length, MSG_NOSIGNAL, address, size);
    succeeded(`sendto ${name}`, sent);
  } finally {
    closeDescriptor(socket);
  }
}
