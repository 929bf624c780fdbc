/**
 * The error numbers of Linux on x86-64. They are the generic ones (`asm-generic/errno-base.h` for
 * 1..34, `asm-generic/errno.h` for the rest), which Xen's `public/errno.h` shares where it has them.
 * Here they are positive; a call that fails returns the negative number, as a kernel does.
 */

/**
 * The one table: name, number, message as `strerror` gives it. 41 and 58 are unused. Where the
 * headers give a number two names, it stands under the number's own definition: EAGAIN (not
 * EWOULDBLOCK), EDEADLK (not EDEADLOCK), EOPNOTSUPP (not ENOTSUP). ERESTARTSYS comes from the
 * kernel-internal `linux/errno.h`; `strerror` has no text for it.
 */
const ERRNO_ROWS = {
  EPERM: [1, 'Operation not permitted'],
  ENOENT: [2, 'No such file or directory'],
  ESRCH: [3, 'No such process'],
  EINTR: [4, 'Interrupted system call'],
  EIO: [5, 'Input/output error'],
  ENXIO: [6, 'No such device or address'],
  E2BIG: [7, 'Argument list too long'],
  ENOEXEC: [8, 'Exec format error'],
  EBADF: [9, 'Bad file descriptor'],
  ECHILD: [10, 'No child processes'],
  EAGAIN: [11, 'Resource temporarily unavailable'],
  ENOMEM: [12, 'Cannot allocate memory'],
  EACCES: [13, 'Permission denied'],
  EFAULT: [14, 'Bad address'],
  ENOTBLK: [15, 'Block device required'],
  EBUSY: [16, 'Device or resource busy'],
  EEXIST: [17, 'File exists'],
  EXDEV: [18, 'Invalid cross-device link'],
  ENODEV: [19, 'No such device'],
  ENOTDIR: [20, 'Not a directory'],
  EISDIR: [21, 'Is a directory'],
  EINVAL: [22, 'Invalid argument'],
  ENFILE: [23, 'Too many open files in system'],
  EMFILE: [24, 'Too many open files'],
  ENOTTY: [25, 'Inappropriate ioctl for device'],
  ETXTBSY: [26, 'Text file busy'],
  EFBIG: [27, 'File too large'],
  ENOSPC: [28, 'No space left on device'],
  ESPIPE: [29, 'Illegal seek'],
  EROFS: [30, 'Read-only file system'],
  EMLINK: [31, 'Too many links'],
  EPIPE: [32, 'Broken pipe'],
  EDOM: [33, 'Numerical argument out of domain'],
  ERANGE: [34, 'Numerical result out of range'],
  EDEADLK: [35, 'Resource deadlock avoided'],
  ENAMETOOLONG: [36, 'File name too long'],
  ENOLCK: [37, 'No locks available'],
  ENOSYS: [38, 'Function not implemented'],
  ENOTEMPTY: [39, 'Directory not empty'],
  ELOOP: [40, 'Too many levels of symbolic links'],
  ENOMSG: [42, 'No message of desired type'],
  EIDRM: [43, 'Identifier removed'],
  ECHRNG: [44, 'Channel number out of range'],
  EL2NSYNC: [45, 'Level 2 not synchronized'],
  EL3HLT: [46, 'Level 3 halted'],
  EL3RST: [47, 'Level 3 reset'],
  ELNRNG: [48, 'Link number out of range'],
  EUNATCH: [49, 'Protocol driver not attached'],
  ENOCSI: [50, 'No CSI structure available'],
  EL2HLT: [51, 'Level 2 halted'],
  EBADE: [52, 'Invalid exchange'],
  EBADR: [53, 'Invalid request descriptor'],
  EXFULL: [54, 'Exchange full'],
  ENOANO: [55, 'No anode'],
  EBADRQC: [56, 'Invalid request code'],
  EBADSLT: [57, 'Invalid slot'],
  EBFONT: [59, 'Bad font file format'],
  ENOSTR: [60, 'Device not a stream'],
  ENODATA: [61, 'No data available'],
  ETIME: [62, 'Timer expired'],
  ENOSR: [63, 'Out of streams resources'],
  ENONET: [64, 'Machine is not on the network'],
  ENOPKG: [65, 'Package not installed'],
  EREMOTE: [66, 'Object is remote'],
  ENOLINK: [67, 'Link has been severed'],
  EADV: [68, 'Advertise error'],
  ESRMNT: [69, 'Srmount error'],
  ECOMM: [70, 'Communication error on send'],
  EPROTO: [71, 'Protocol error'],
  EMULTIHOP: [72, 'Multihop attempted'],
  EDOTDOT: [73, 'RFS specific error'],
  EBADMSG: [74, 'Bad message'],
  EOVERFLOW: [75, 'Value too large for defined data type'],
  ENOTUNIQ: [76, 'Name not unique on network'],
  EBADFD: [77, 'File descriptor in bad state'],
  EREMCHG: [78, 'Remote address changed'],
  ELIBACC: [79, 'Can not access a needed shared library'],
  ELIBBAD: [80, 'Accessing a corrupted shared library'],
  ELIBSCN: [81, '.lib section in a.out corrupted'],
  ELIBMAX: [82, 'Attempting to link in too many shared libraries'],
  ELIBEXEC: [83, 'Cannot exec a shared library directly'],
  EILSEQ: [84, 'Invalid or incomplete multibyte or wide character'],
  ERESTART: [85, 'Interrupted system call should be restarted'],
  ESTRPIPE: [86, 'Streams pipe error'],
  EUSERS: [87, 'Too many users'],
  ENOTSOCK: [88, 'Socket operation on non-socket'],
  EDESTADDRREQ: [89, 'Destination address required'],
  EMSGSIZE: [90, 'Message too long'],
  EPROTOTYPE: [91, 'Protocol wrong type for socket'],
  ENOPROTOOPT: [92, 'Protocol not available'],
  EPROTONOSUPPORT: [93, 'Protocol not supported'],
  ESOCKTNOSUPPORT: [94, 'Socket type not supported'],
  EOPNOTSUPP: [95, 'Operation not supported'],
  EPFNOSUPPORT: [96, 'Protocol family not supported'],
  EAFNOSUPPORT: [97, 'Address family not supported by protocol'],
  EADDRINUSE: [98, 'Address already in use'],
  EADDRNOTAVAIL: [99, 'Cannot assign requested address'],
  ENETDOWN: [100, 'Network is down'],
  ENETUNREACH: [101, 'Network is unreachable'],
  ENETRESET: [102, 'Network dropped connection on reset'],
  ECONNABORTED: [103, 'Software caused connection abort'],
  ECONNRESET: [104, 'Connection reset by peer'],
  ENOBUFS: [105, 'No buffer space available'],
  EISCONN: [106, 'Transport endpoint is already connected'],
  ENOTCONN: [107, 'Transport endpoint is not connected'],
  ESHUTDOWN: [108, 'Cannot send after transport endpoint shutdown'],
  ETOOMANYREFS: [109, 'Too many references: cannot splice'],
  ETIMEDOUT: [110, 'Connection timed out'],
  ECONNREFUSED: [111, 'Connection refused'],
  EHOSTDOWN: [112, 'Host is down'],
  EHOSTUNREACH: [113, 'No route to host'],
  EALREADY: [114, 'Operation already in progress'],
  EINPROGRESS: [115, 'Operation now in progress'],
  ESTALE: [116, 'Stale file handle'],
  EUCLEAN: [117, 'Structure needs cleaning'],
  ENOTNAM: [118, 'Not a XENIX named type file'],
  ENAVAIL: [119, 'No XENIX semaphores available'],
  EISNAM: [120, 'Is a named type file'],
  EREMOTEIO: [121, 'Remote I/O error'],
  EDQUOT: [122, 'Disk quota exceeded'],
  ENOMEDIUM: [123, 'No medium found'],
  EMEDIUMTYPE: [124, 'Wrong medium type'],
  ECANCELED: [125, 'Operation canceled'],
  ENOKEY: [126, 'Required key not available'],
  EKEYEXPIRED: [127, 'Key has expired'],
  EKEYREVOKED: [128, 'Key has been revoked'],
  EKEYREJECTED: [129, 'Key was rejected by service'],
  EOWNERDEAD: [130, 'Owner died'],
  ENOTRECOVERABLE: [131, 'State not recoverable'],
  ERFKILL: [132, 'Operation not possible due to RF-kill'],
  EHWPOISON: [133, 'Memory page has hardware error'],
  ERESTARTSYS: [512, 'System call to be restarted after the signal'],
} as const satisfies Readonly<Record<string, readonly [number: number, message: string]>>;

/** The name of an error in {@link ERRNO}, for example `'ENOTCONN'`. */
export type ErrnoName = keyof typeof ERRNO_ROWS;

const ERRNO_ENTRIES = Object.entries(ERRNO_ROWS).map(([name, [number, message]]) => ({
  name,
  number,
  message,
}));

const BY_NUMBER: ReadonlyMap<number, { readonly name: string; readonly message: string }> = new Map(
  ERRNO_ENTRIES.map((entry) => [entry.number, entry]),
);

/**
 * Every error of the table, name to positive number (1..133 without 41 and 58, and 512).
 * Mirrors `asm-generic/errno-base.h` and `asm-generic/errno.h`; frozen.
 */
export const ERRNO: { readonly [Name in ErrnoName]: (typeof ERRNO_ROWS)[Name][0] } = Object.freeze(
  Object.fromEntries(ERRNO_ENTRIES.map(({ name, number }) => [name, number])),
) as { readonly [Name in ErrnoName]: (typeof ERRNO_ROWS)[Name][0] };

/** EPERM (1): the caller may not do this. */
export const EPERM = ERRNO_ROWS.EPERM[0];
/** ENOENT (2): nothing has that name or number (Xen: no such vcpu). */
export const ENOENT = ERRNO_ROWS.ENOENT[0];
/** ESRCH (3): no such process (Xen: no such domain). */
export const ESRCH = ERRNO_ROWS.ESRCH[0];
/** EPROTO (71): the other side does not keep to the protocol, or speaks another version. */
export const EPROTO = ERRNO_ROWS.EPROTO[0];
/** ESTALE (116): what the handle stood for is gone. */
export const ESTALE = ERRNO_ROWS.ESTALE[0];
/** EINTR (4): a signal ended the wait. */
export const EINTR = ERRNO_ROWS.EINTR[0];
/** EIO (5): a message that makes no sense. */
export const EIO = ERRNO_ROWS.EIO[0];
/** ENXIO (6): nothing stands behind the device number. */
export const ENXIO = ERRNO_ROWS.ENXIO[0];
/** EBADF (9): the descriptor is not open, or not open for this. */
export const EBADF = ERRNO_ROWS.EBADF[0];
/** EAGAIN (11): nothing there now and the caller does not want to wait. */
export const EAGAIN = ERRNO_ROWS.EAGAIN[0];
/** ENOMEM (12): no memory (Linux also: a port above what the kernel can map). */
export const ENOMEM = ERRNO_ROWS.ENOMEM[0];
/** EACCES (13): refused (evtchn: the open file is restricted). */
export const EACCES = ERRNO_ROWS.EACCES[0];
/** EFAULT (14): the caller's memory cannot be read or written there. */
export const EFAULT = ERRNO_ROWS.EFAULT[0];
/** EBUSY (16): held by somebody else at the moment. */
export const EBUSY = ERRNO_ROWS.EBUSY[0];
/** EEXIST (17): already there (Xen: the VIRQ or pirq is bound). */
export const EEXIST = ERRNO_ROWS.EEXIST[0];
/** ENODEV (19): no such device, or the device cannot do this at all. */
export const ENODEV = ERRNO_ROWS.ENODEV[0];
/** ENOTDIR (20): a part of the path is not a directory. */
export const ENOTDIR = ERRNO_ROWS.ENOTDIR[0];
/** EINVAL (22): the argument makes no sense here. */
export const EINVAL = ERRNO_ROWS.EINVAL[0];
/** EISDIR (21): it is a directory. */
export const EISDIR = ERRNO_ROWS.EISDIR[0];
/** EMFILE (24): the process has no descriptor left. */
export const EMFILE = ERRNO_ROWS.EMFILE[0];
/** ENOTTY (25): the file knows no such ioctl. */
export const ENOTTY = ERRNO_ROWS.ENOTTY[0];
/** EFBIG (27): too large (evtchn: the ring overflowed). */
export const EFBIG = ERRNO_ROWS.EFBIG[0];
/** ENOSPC (28): no room (Xen: no free port). */
export const ENOSPC = ERRNO_ROWS.ENOSPC[0];
/** ESPIPE (29): the file has no position. */
export const ESPIPE = ERRNO_ROWS.ESPIPE[0];
/** ENOSYS (38): no such call (evtchn: no such ioctl). */
export const ENOSYS = ERRNO_ROWS.ENOSYS[0];
/** ECONNABORTED (103): the other side broke the connection off. */
export const ECONNABORTED = ERRNO_ROWS.ECONNABORTED[0];
/** EISCONN (106): already connected (evtchn: the static port is bound here). */
export const EISCONN = ERRNO_ROWS.EISCONN[0];
/** ENOTCONN (107): not connected (evtchn: the port is not bound through this open file). */
export const ENOTCONN = ERRNO_ROWS.ENOTCONN[0];
/** EOPNOTSUPP (95): the call exists, but not for this object. */
export const EOPNOTSUPP = ERRNO_ROWS.EOPNOTSUPP[0];
/** ELOOP (40): too many symbolic links on the path. */
export const ELOOP = ERRNO_ROWS.ELOOP[0];
/** ECANCELED (125): whoever waited is told not to. */
export const ECANCELED = ERRNO_ROWS.ECANCELED[0];
/**
 * ERESTARTSYS (512): a signal came before anything was done; the caller's kernel turns it into a
 * restart of the call or into EINTR. Kernel-internal (`linux/errno.h`), never seen by a program.
 */
export const ERESTARTSYS = ERRNO_ROWS.ERESTARTSYS[0];

/**
 * The name of an error number.
 *
 * @param errno - the number, positive or negative (`-EINVAL` and `EINVAL` name the same error)
 * @returns the name, for example `'EINVAL'`; `E` and the number where the table has none (`'E41'`)
 */
export function errnoName(errno: number): string {
  const number = Math.abs(errno);
  return BY_NUMBER.get(number)?.name ?? `E${number}`;
}

/**
 * The message of an error number, as `strerror` of the GNU C library words it.
 *
 * @param errno - the number, positive or negative
 * @returns the message; `'Unknown error '` and the number where the table has none
 */
export function errnoMessage(errno: number): string {
  const number = Math.abs(errno);
  return BY_NUMBER.get(number)?.message ?? `Unknown error ${number}`;
}
