import { EINVAL, ENOTTY } from '../../src/abi/errno.js';
import { O_RDWR } from '../../src/abi/fcntl.js';
import { File } from '../../src/vfs/file.js';
import { WaitQueue } from '../../src/vfs/wait-queue.js';

/** A file that only takes up a descriptor: a standard stream, or the end of a pipe between processes. */
export function otherFile(): File {
  return new File(
    {
      waitQueue: new WaitQueue(),
      readable: false,
      read: () => -EINVAL,
      write: () => -EINVAL,
      ioctl: () => -ENOTTY,
      poll: () => 0,
      fasync: () => 0,
      release() {},
    },
    O_RDWR,
  );
}
