/**
 * The flags of `open(2)` as the kernel of x86-64 sees them. Mirrors `asm-generic/fcntl.h`, which
 * writes them in octal, as here.
 */

/** Open for reading only. */
export const O_RDONLY = 0o0;

/** Open for writing only. */
export const O_WRONLY = 0o1;

/** Open for reading and writing. */
export const O_RDWR = 0o2;

/** The bits of the access mode. The value 3 itself opens for neither: ioctl only. */
export const O_ACCMODE = 0o3;

/** Create the file if it is not there. */
export const O_CREAT = 0o100;

/** With {@link O_CREAT}: fail if the file is there. */
export const O_EXCL = 0o200;

/** Do not make a terminal the controlling one. */
export const O_NOCTTY = 0o400;

/** Cut the file to length 0. */
export const O_TRUNC = 0o1000;

/** Write at the end. */
export const O_APPEND = 0o2000;

/** Answer EAGAIN instead of waiting. */
export const O_NONBLOCK = 0o4000;

/** Writes wait until the data is stored. */
export const O_DSYNC = 0o10000;

/** SIGIO on readiness; the kernel calls the bit FASYNC. */
export const O_ASYNC = 0o20000;

/** Past the page cache. */
export const O_DIRECT = 0o40000;

/**
 * Offsets beyond 2^31. The kernel sets it by itself in every 64-bit open, so F_GETFL shows it; the
 * C library's own `O_LARGEFILE` is 0 on x86-64.
 */
export const O_LARGEFILE = 0o100000;

/** Fail unless it is a directory. */
export const O_DIRECTORY = 0o200000;

/** Fail if the last part of the path is a symbolic link. */
export const O_NOFOLLOW = 0o400000;

/** Leave the access time alone. */
export const O_NOATIME = 0o1000000;

/** Close the descriptor on exec. */
export const O_CLOEXEC = 0o2000000;

/** A descriptor that only names the file: no read, write, ioctl or poll. */
export const O_PATH = 0o10000000;
