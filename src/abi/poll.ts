/**
 * Readiness bits of `poll(2)` and `epoll(7)`, and the codes SIGIO carries. Mirrors
 * `asm-generic/poll.h`, `linux/eventpoll.h` and `asm-generic/siginfo.h`.
 */

/** The one table of readiness bits, in bit order. */
const POLL_BITS = {
  POLLIN: 0x0001,
  POLLPRI: 0x0002,
  POLLOUT: 0x0004,
  POLLERR: 0x0008,
  POLLHUP: 0x0010,
  POLLNVAL: 0x0020,
  POLLRDNORM: 0x0040,
  POLLRDBAND: 0x0080,
  POLLWRNORM: 0x0100,
  POLLWRBAND: 0x0200,
  POLLMSG: 0x0400,
  POLLRDHUP: 0x2000,
  EPOLLEXCLUSIVE: 0x10000000,
  EPOLLWAKEUP: 0x20000000,
  EPOLLONESHOT: 0x40000000,
  EPOLLET: 0x80000000,
} as const satisfies Readonly<Record<string, number>>;

/** There is something to read. */
export const POLLIN = POLL_BITS.POLLIN;

/** There is something urgent to read. */
export const POLLPRI = POLL_BITS.POLLPRI;

/** A write would not wait. */
export const POLLOUT = POLL_BITS.POLLOUT;

/** An error is waiting; reported whether asked for or not. */
export const POLLERR = POLL_BITS.POLLERR;

/** The other end is gone; reported whether asked for or not. */
export const POLLHUP = POLL_BITS.POLLHUP;

/** The descriptor is not open; reported whether asked for or not. */
export const POLLNVAL = POLL_BITS.POLLNVAL;

/** Ordinary data to read; goes with {@link POLLIN}. */
export const POLLRDNORM = POLL_BITS.POLLRDNORM;

/** Data of a priority band to read. */
export const POLLRDBAND = POLL_BITS.POLLRDBAND;

/** Ordinary data can be written; goes with {@link POLLOUT}. */
export const POLLWRNORM = POLL_BITS.POLLWRNORM;

/** Data of a priority band can be written. */
export const POLLWRBAND = POLL_BITS.POLLWRBAND;

/** A message is there; Linux never sets it. */
export const POLLMSG = POLL_BITS.POLLMSG;

/** The other end of a stream socket has stopped writing. */
export const POLLRDHUP = POLL_BITS.POLLRDHUP;

/** epoll: of several waiters, wake one only. Bit 28. */
export const EPOLLEXCLUSIVE = POLL_BITS.EPOLLEXCLUSIVE;

/** Request: the machine stays awake while the event is handled; accepted and without effect here. */
export const EPOLLWAKEUP = POLL_BITS.EPOLLWAKEUP;

/** epoll: disarm after one event. Bit 30. */
export const EPOLLONESHOT = POLL_BITS.EPOLLONESHOT;

/** epoll: edge triggered. Bit 31, as an unsigned number (2147483648). */
export const EPOLLET = POLL_BITS.EPOLLET;

/** SIGIO code (`si_code`): input has come. */
export const POLL_IN = 1;

/** SIGIO code: output is possible. */
export const POLL_OUT = 2;

/** SIGIO code: an input message has come. */
export const POLL_MSG = 3;

/** SIGIO code: an error. */
export const POLL_ERR = 4;

/**
 * A readiness mask in words.
 *
 * @param mask - a 32-bit mask of `POLL*` and `EPOLL*` bits, signed or unsigned
 * @returns the names in bit order joined by `|`, bits without a name as one hexadecimal number at
 * the end (`'POLLIN|0x800'`), `'none'` for 0
 */
export function pollNames(mask: number): string {
  const names: string[] = [];
  let rest = mask >>> 0;
  for (const [name, bit] of Object.entries(POLL_BITS)) {
    if ((rest & bit) !== 0) {
      names.push(name);
      rest = (rest & ~bit) >>> 0;
    }
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names.length === 0 ? 'none' : names.join('|');
}
