/**
 * What a FUSE kernel asks of a server: `enum fuse_opcode` of `linux/fuse.h`.
 */

/** The one table, in the order of the numbers. */
const OPCODES = {
  FUSE_LOOKUP: 1,
  FUSE_FORGET: 2,
  FUSE_GETATTR: 3,
  FUSE_SETATTR: 4,
  FUSE_READLINK: 5,
  FUSE_SYMLINK: 6,
  FUSE_MKNOD: 8,
  FUSE_MKDIR: 9,
  FUSE_UNLINK: 10,
  FUSE_RMDIR: 11,
  FUSE_RENAME: 12,
  FUSE_LINK: 13,
  FUSE_OPEN: 14,
  FUSE_READ: 15,
  FUSE_WRITE: 16,
  FUSE_STATFS: 17,
  FUSE_RELEASE: 18,
  FUSE_FSYNC: 20,
  FUSE_SETXATTR: 21,
  FUSE_GETXATTR: 22,
  FUSE_LISTXATTR: 23,
  FUSE_REMOVEXATTR: 24,
  FUSE_FLUSH: 25,
  FUSE_INIT: 26,
  FUSE_OPENDIR: 27,
  FUSE_READDIR: 28,
  FUSE_RELEASEDIR: 29,
  FUSE_FSYNCDIR: 30,
  FUSE_GETLK: 31,
  FUSE_SETLK: 32,
  FUSE_SETLKW: 33,
  FUSE_ACCESS: 34,
  FUSE_CREATE: 35,
  FUSE_INTERRUPT: 36,
  FUSE_BMAP: 37,
  FUSE_DESTROY: 38,
  FUSE_IOCTL: 39,
  FUSE_POLL: 40,
  FUSE_NOTIFY_REPLY: 41,
  FUSE_BATCH_FORGET: 42,
  FUSE_FALLOCATE: 43,
  FUSE_READDIRPLUS: 44,
  FUSE_RENAME2: 45,
  FUSE_LSEEK: 46,
  FUSE_COPY_FILE_RANGE: 47,
  FUSE_SETUPMAPPING: 48,
  FUSE_REMOVEMAPPING: 49,
  FUSE_SYNCFS: 50,
  FUSE_TMPFILE: 51,
  FUSE_STATX: 52,
  FUSE_COPY_FILE_RANGE_64: 53,
  CUSE_INIT: 4096,
} as const satisfies Readonly<Record<string, number>>;

export const {
  FUSE_LOOKUP,
  FUSE_FORGET,
  FUSE_GETATTR,
  FUSE_SETATTR,
  FUSE_SYMLINK,
  FUSE_MKNOD,
  FUSE_MKDIR,
  FUSE_UNLINK,
  FUSE_RMDIR,
  FUSE_RENAME,
  FUSE_LINK,
  FUSE_OPEN,
  FUSE_READ,
  FUSE_WRITE,
  FUSE_STATFS,
  FUSE_RELEASE,
  FUSE_FSYNC,
  FUSE_INIT,
  FUSE_OPENDIR,
  FUSE_READDIR,
  FUSE_RELEASEDIR,
  FUSE_CREATE,
  FUSE_INTERRUPT,
  FUSE_DESTROY,
  FUSE_IOCTL,
  FUSE_POLL,
  FUSE_NOTIFY_REPLY,
  FUSE_BATCH_FORGET,
  FUSE_FALLOCATE,
  FUSE_RENAME2,
  FUSE_TMPFILE,
  CUSE_INIT,
} = OPCODES;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(OPCODES).map(([name, opcode]) => [opcode, name]),
);

/** The header's name of an opcode; `opcode N` for one it does not have. */
export function opcodeName(opcode: number): string {
  return NAMES.get(opcode) ?? `opcode ${opcode}`;
}

/** The kernel takes no reply to it: one would be taken for another request's, or for a notification. */
export function hasNoReply(opcode: number): boolean {
  switch (opcode) {
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
    case FUSE_NOTIFY_REPLY:
      return true;
    default:
      return false;
  }
}
