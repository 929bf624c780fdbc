import { libc } from './libc.js';

/**
 * ioctl(2) with a pointer to words.
 * @param argument - read by the driver, or written; little-endian machines only read a smaller field of it rightly
 * @returns what the driver answered, or -1 with {@link lastErrno}
 */
export const ioctlWords = libc('int ioctl(int fd, unsigned long request, void *argument)') as (
  fd: number,
  request: number,
  argument: Uint32Array,
) => number;
