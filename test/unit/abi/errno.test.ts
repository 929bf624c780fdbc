import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as errno from '../../../src/abi/errno.js';

const { ERRNO, errnoMessage, errnoName } = errno;

/** asm-generic/errno-base.h and errno.h, written out by hand: number, name. */
const HEADER: readonly (readonly [number, string])[] = [
  [1, 'EPERM'],
  [2, 'ENOENT'],
  [3, 'ESRCH'],
  [4, 'EINTR'],
  [6, 'ENXIO'],
  [9, 'EBADF'],
  [11, 'EAGAIN'],
  [12, 'ENOMEM'],
  [13, 'EACCES'],
  [14, 'EFAULT'],
  [16, 'EBUSY'],
  [17, 'EEXIST'],
  [19, 'ENODEV'],
  [20, 'ENOTDIR'],
  [22, 'EINVAL'],
  [24, 'EMFILE'],
  [25, 'ENOTTY'],
  [27, 'EFBIG'],
  [28, 'ENOSPC'],
  [29, 'ESPIPE'],
  [38, 'ENOSYS'],
  [40, 'ELOOP'],
  [95, 'EOPNOTSUPP'],
  [106, 'EISCONN'],
  [107, 'ENOTCONN'],
  [512, 'ERESTARTSYS'],
];

/** The names of 1, 2, … 133 in the order of the headers; `-` where there is none. */
const ALL_NAMES = `
  EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT
  ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG
  ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY
  ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE
  EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG
  EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ
  EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS
  ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT
  EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH
  ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS
  ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM
  ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED
  EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON
`
  .trim()
  .split(/\s+/);

describe('errno', () => {
  it.each(HEADER)('%i is %s, as a constant, in ERRNO and by name', (number, name) => {
    expect((errno as Readonly<Record<string, unknown>>)[name]).toBe(number);
    expect((ERRNO as Readonly<Record<string, number>>)[name]).toBe(number);
    expect(errnoName(number)).toBe(name);
    expect(errnoName(-number)).toBe(name);
  });

  it('has every number from 1 to 133 except the two unused ones, and 512', () => {
    const expected = Object.fromEntries(
      ALL_NAMES.map((name, index) => [name, index + 1] as const).filter(([name]) => name !== '-'),
    );
    expect(ALL_NAMES).toHaveLength(133);
    expect(ERRNO).toEqual({ ...expected, ERESTARTSYS: 512 });
  });

  it('names the numbers that have two names by their own definition', () => {
    expect([errnoName(11), errnoName(35), errnoName(95)]).toEqual([
      'EAGAIN',
      'EDEADLK',
      'EOPNOTSUPP',
    ]);
  });

  it('agrees with the table in both directions', () => {
    for (const [name, number] of Object.entries(ERRNO)) {
      expect(errnoName(number)).toBe(name);
      expect(errnoName(-number)).toBe(name);
      expect(errnoMessage(number)).toMatch(/^\S/);
      expect(errnoMessage(number)).not.toMatch(/^Unknown/);
      expect(errnoMessage(-number)).toBe(errnoMessage(number));
    }
  });

  it.each([
    [1, 'Operation not permitted'],
    [11, 'Resource temporarily unavailable'],
    [22, 'Invalid argument'],
    [27, 'File too large'],
    [38, 'Function not implemented'],
    [107, 'Transport endpoint is not connected'],
    [133, 'Memory page has hardware error'],
  ])('%i reads "%s"', (number, message) => {
    expect(errnoMessage(number)).toBe(message);
  });

  it('gives numbers it does not know a name and a message of their own', () => {
    expect(errnoName(41)).toBe('E41');
    expect(errnoName(-4095)).toBe('E4095');
    expect(errnoName(0)).toBe('E0');
    expect(errnoName(-0)).toBe('E0');
    expect(errnoName(Number.NaN)).toBe('ENaN');
    expect(errnoMessage(-41)).toBe('Unknown error 41');
    expect(errnoMessage(1.5)).toBe('Unknown error 1.5');
  });

  it('answers for any number', () => {
    fc.assert(
      fc.property(fc.double(), (number) => {
        expect(errnoName(number)).toMatch(/^E/);
        expect(errnoMessage(number)).not.toBe('');
      }),
    );
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(ERRNO)).toBe(true);
  });
});
