import { EACCES, EEXIST, EINVAL, ENOTDIR } from '../abi/errno.js';
import { O_CREAT, O_DIRECT, O_DIRECTORY, O_EXCL, O_PATH } from '../abi/fcntl.js';
import { File } from './file.js';
import type { FileOperations } from './file-operations.js';
import { WaitQueue } from './wait-queue.js';

/** Who opens a file: the parts of `struct cred` and `task_struct` that open looks at. */
export interface Opener {
  /** Effective user; 0 may do everything. */
  readonly uid: number;
  /** Name of the process (`comm`), as the driver shows it. */
  readonly comm: string;
  /** Number of the process; undefined where there is none, as embedded. Only shown. */
  readonly pid?: number | undefined;
}

/** A driver that makes open files of a device (`struct miscdevice`). */
export interface DeviceDriver {
  /** Name below /dev, such as `xen/evtchn`. */
  readonly name: string;
  /** Makes the driver's half of an open file (`fops->open`), or answers a negative errno. */
  open(opener: Opener): FileOperations | number;
}

/** Major number of all misc devices; their minors are handed out from 255 down, real ones often show 122 or so. */
export const MISC_MAJOR = 10;
/** Mode of a device node that devtmpfs makes when a driver asks for none. */
const DEFAULT_MODE = 0o600;
/** Flags that open(2) uses up: `F_GETFL` does not show them. */
const OPEN_ONLY = O_CREAT | O_EXCL | 0o1000 | 0o400 | 0o2000000;

/** An O_PATH file reaches no operation; this stands where the driver's would. */
const NO_OPERATIONS: FileOperations = {
  waitQueue: new WaitQueue(),
  readable: false,
  read: () => -EINVAL,
  write: () => -EINVAL,
  ioctl: () => -EINVAL,
  poll: () => 0,
  fasync: () => 0,
  release() {},
};

/** A device's node in a domain's /dev: mode 0600, owned by root, as devtmpfs makes it. */
export class DeviceNode {
  readonly driver: DeviceDriver;
  readonly major: number = MISC_MAJOR;
  readonly minor: number;
  readonly mode: number = DEFAULT_MODE;
  readonly uid: number = 0;

  constructor(driver: DeviceDriver, minor: number) {
    this.driver = driver;
    this.minor = minor;
  }

  /**
   * open(2) of the node (`do_dentry_open`), checks in Linux' order.
   * @param flags - `O_*`; O_CREAT and O_TRUNC change nothing, as the node is there and has no length
   * @returns the file; -EEXIST for O_CREAT with O_EXCL; -ENOTDIR for O_DIRECTORY; -EACCES for another user than root; the
   * driver's errno; -EINVAL for O_DIRECT, which is refused after the driver opened
   */
  open(flags: number, opener: Opener): File | number {
    if ((flags & O_PATH) !== 0) {
      return (flags & O_DIRECTORY) !== 0 ? -ENOTDIR : new File(NO_OPERATIONS, O_PATH);
    }
    if ((flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0) return -EEXIST;
    if ((flags & O_DIRECTORY) !== 0) return -ENOTDIR;
    // Mode 0600 and owner root leave nobody else a right.
    if (opener.uid !== this.uid) return -EACCES;
    const operations = this.driver.open(opener);
    if (typeof operations === 'number') return operations;
    const file = new File(operations, flags & ~OPEN_ONLY);
    if ((flags & O_DIRECT) === 0) return file;
    file.put();
    return -EINVAL;
  }
}
