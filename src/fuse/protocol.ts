/**
 * Numbers of the FUSE protocol (`linux/fuse.h`) that this server speaks. Sizes are in bytes. All messages are little
 * endian, as the machines this runs on.
 */

/** Major version; its requests and replies are what this folder knows. */
export const FUSE_KERNEL_VERSION = 7;
/** Newest minor version known. A kernel that is newer is told so, and speaks this one. */
export const FUSE_KERNEL_MINOR_VERSION = 45;
/** Oldest minor version spoken: from here on the reply to INIT has its present size. */
export const FUSE_OLDEST_MINOR = 23;

/** `struct fuse_in_header`. */
export const IN_HEADER = 40;
/** `struct fuse_out_header`. */
export const OUT_HEADER = 16;
/** Words of {@link IN_HEADER}: where a request's own structure begins. */
export const BODY = IN_HEADER / 4;
/** Words of {@link OUT_HEADER}: where a reply's own structure begins. */
export const OUT_BODY = OUT_HEADER / 4;

/** INIT: the kernel sends O_TRUNC with OPEN, not as a change of size. */
export const FUSE_ATOMIC_O_TRUNC = 1 << 3;
/** INIT: writes may be larger than a page. */
export const FUSE_BIG_WRITES = 1 << 5;
/** INIT: lookups in one directory may go on side by side. */
export const FUSE_PARALLEL_DIROPS = 1 << 18;
/** INIT: the server says how many pages a request may have. */
export const FUSE_MAX_PAGES = 1 << 22;

/** OPEN's reply: reads and writes reach the server as they are, past the page cache. */
export const FOPEN_DIRECT_IO = 1 << 0;
/** OPEN's reply: lseek is ESPIPE. */
export const FOPEN_NONSEEKABLE = 1 << 2;
/** OPEN's reply: no position, so that a blocked read holds up no write on the same file. */
export const FOPEN_STREAM = 1 << 4;
/** OPEN's reply: FLUSH is not sent for this file. */
export const FOPEN_NOFLUSH = 1 << 5;
/** OPEN's reply: writes of several threads need not wait for one another. */
export const FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6;

/** IOCTL: the caller is a 32-bit program. */
export const FUSE_IOCTL_COMPAT = 1 << 0;
/** IOCTL, CUSE: the server says what to copy. */
export const FUSE_IOCTL_UNRESTRICTED = 1 << 1;
/** IOCTL's reply, CUSE: copy this first, then ask again. */
export const FUSE_IOCTL_RETRY = 1 << 2;
/** IOCTL: a caller with 32-bit structures. */
export const FUSE_IOCTL_32BIT = 1 << 3;

/** CUSE_INIT: any ioctl reaches the server, with whatever it asks for of the caller's memory. */
export const CUSE_UNRESTRICTED_IOCTL = 1 << 0;

/** POLL: somebody will wait; wake them by a notification. */
export const FUSE_POLL_SCHEDULE_NOTIFY = 1 << 0;
/** Code of a notification that wakes pollers. */
export const FUSE_NOTIFY_POLL = 1;

/** SETATTR: which attributes. */
export const FATTR_MODE = 1 << 0;
export const FATTR_UID = 1 << 1;
export const FATTR_GID = 1 << 2;
export const FATTR_SIZE = 1 << 3;
export const FATTR_ATIME = 1 << 4;
export const FATTR_MTIME = 1 << 5;
export const FATTR_FH = 1 << 6;
export const FATTR_ATIME_NOW = 1 << 7;
export const FATTR_MTIME_NOW = 1 << 8;
export const FATTR_CTIME = 1 << 10;

/** Kinds of file in a mode (`S_IFMT`). */
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;

/** Node of the file system's root. */
export const FUSE_ROOT_ID = 1;
