import { EACCES, EBADF, EINVAL, EISDIR, ENOENT, ENOTDIR, EPERM, ESTALE } from '../abi/errno.js';
import { O_ACCMODE, O_RDONLY } from '../abi/fcntl.js';
import { POLLIN, POLLRDNORM } from '../abi/poll.js';
import { writeAttrOut, writeEntry } from './attributes.js';
import type { OpenerProcess } from './device-handle.js';
import type { DeviceRequests } from './device-requests.js';
import { writeEntries } from './directory-listing.js';
import type { HostTree } from './host-tree.js';
import {
  FATTR_ATIME,
  FATTR_ATIME_NOW,
  FATTR_CTIME,
  FATTR_FH,
  FATTR_GID,
  FATTR_MODE,
  FATTR_MTIME,
  FATTR_MTIME_NOW,
  FATTR_UID,
  FOPEN_DIRECT_IO,
  FOPEN_NOFLUSH,
} from './protocol.js';
import type { Reply } from './reply.js';
import type { Request } from './request.js';
import { TextFiles } from './text-files.js';
import type { TreeNode } from './tree-node.js';

/** Bytes of the structures that follow the header. */
const SETATTR_IN = 88;
const MKDIR_IN = 8;
const OPEN_IN = 8;
const READ_IN = 40;
const POLL_IN = 24;
const RELEASE_IN = 24;
const FORGET_IN = 8;
const OPEN_OUT = 16;
const POLL_OUT = 8;
const STATFS_OUT = 80;
/** Words of BATCH_FORGET before its list, and of an entry. */
const BATCH_WORDS = 2;
const FORGET_ONE_WORDS = 4;
/** High half of the handle of a text; that of a device is 0. */
const TEXT_HANDLE = 1;
const NAME_MAX = 255;
const BLOCK_SIZE = 4096;
const PERMISSIONS = 0o7777;
/** What of a device can be changed; the handle, the time of the change, and that a time is now, come along. */
const CHANGEABLE =
  FATTR_MODE |
  FATTR_UID |
  FATTR_GID |
  FATTR_ATIME |
  FATTR_MTIME |
  FATTR_FH |
  FATTR_ATIME_NOW |
  FATTR_MTIME_NOW |
  FATTR_CTIME;
/** Words of a request before the times of SETATTR. */
const SETATTR_ATIME = 18;
const SETATTR_MTIME = 20;

/**
 * Requests on the served tree: its folders, its texts, and opening a device. The kernel has checked permissions by mode and
 * owner (`default_permissions`).
 */
export class TreeRequests {
  readonly #request: Request;
  readonly #reply: Reply;
  readonly #tree: HostTree;
  readonly #devices: DeviceRequests;
  readonly #nameOf: (pid: number) => string;
  readonly #texts = new TextFiles();

  /** @param nameOf - name of a thread (`comm`), one byte a character; empty if it is gone */
  constructor(
    request: Request,
    reply: Reply,
    tree: HostTree,
    devices: DeviceRequests,
    nameOf: (pid: number) => string,
  ) {
    this.#request = request;
    this.#reply = reply;
    this.#tree = tree;
    this.#devices = devices;
    this.#nameOf = nameOf;
  }

  /** LOOKUP. */
  lookup(): true {
    const folder = this.#node();
    const name = this.#request.name(0);
    if (folder === undefined) return this.#fail(-ESTALE);
    if (name === undefined) return this.#fail(-EINVAL);
    return this.#sendEntry(this.#tree.lookup(folder, name));
  }

  /** FORGET. Has no reply. */
  forget(): true {
    const request = this.#request;
    if (request.bodyLength >= FORGET_IN) this.#tree.forget(request.nodeId, request.u64(10));
    return true;
  }

  /** BATCH_FORGET. Has no reply. */
  batchForget(): true {
    const request = this.#request;
    const words = request.bodyLength >>> 2;
    const fit = Math.max(0, Math.floor((words - BATCH_WORDS) / FORGET_ONE_WORDS));
    const count = words === 0 ? 0 : Math.min(request.word(0), fit);
    for (let i = 0; i < count; i++) {
      const at = 10 + BATCH_WORDS + i * FORGET_ONE_WORDS;
      this.#tree.forget(request.u64(at), request.u64(at + 2));
    }
    return true;
  }

  /** GETATTR. */
  getAttributes(): true {
    const node = this.#node();
    if (node === undefined) return this.#fail(-ESTALE);
    return this.#reply.send(this.#request, writeAttrOut(this.#reply, node));
  }

  /**
   * SETATTR: mode, owner and times of a device can be changed, as devtmpfs lets one. Its length cannot: EINVAL, as the device says.
   */
  setAttributes(): true {
    const request = this.#request;
    const node = this.#node();
    if (node === undefined) return this.#fail(-ESTALE);
    if (request.bodyLength < SETATTR_IN) return this.#fail(-EINVAL);
    const valid = request.word(0);
    if (node.kind !== 'device') return this.#fail(-EPERM);
    if ((valid & ~CHANGEABLE) !== 0) return this.#fail(-EINVAL);
    if ((valid & FATTR_MODE) !== 0) node.mode = request.word(17) & PERMISSIONS;
    if ((valid & FATTR_UID) !== 0) node.uid = request.word(19);
    if ((valid & FATTR_GID) !== 0) node.gid = request.word(20);
    // The kernel fills in the time also where it says that it is now.
    if ((valid & FATTR_ATIME) !== 0) node.accessed = request.u64(SETATTR_ATIME);
    if ((valid & FATTR_MTIME) !== 0) node.modified = request.u64(SETATTR_MTIME);
    return this.#reply.send(request, writeAttrOut(this.#reply, node));
  }

  /** MKDIR: makes a domain. */
  makeDirectory(): true {
    const folder = this.#node();
    const name = this.#request.name(MKDIR_IN);
    if (folder === undefined) return this.#fail(-ESTALE);
    if (name === undefined) return this.#fail(-EINVAL);
    return this.#sendEntry(this.#tree.makeDirectory(folder, name));
  }

  /** RMDIR: destroys a domain. Who waits in it is answered before this returns to the caller. */
  removeDirectory(): true {
    const folder = this.#node();
    const name = this.#request.name(0);
    if (folder === undefined) return this.#fail(-ESTALE);
    if (name === undefined) return this.#fail(-EINVAL);
    const rc = this.#tree.removeDirectory(folder, name);
    this.#devices.settle();
    return this.#answer(rc);
  }

  /** OPEN: of a device, or of a text, whose words are put down now. */
  open(): true {
    const request = this.#request;
    const node = this.#node();
    if (node === undefined || node.removed) return this.#fail(-ENOENT);
    if (request.bodyLength < OPEN_IN) return this.#fail(-EINVAL);
    const flags = request.word(0);
    if (node.kind === 'device') {
      const { pid, uid } = request;
      const opener: OpenerProcess = { pid, uid, comm: this.#nameOf(pid) };
      return this.#devices.openDevice(node.domain!, flags, opener);
    }
    if (node.text === undefined) return this.#fail(-EISDIR);
    if ((flags & O_ACCMODE) !== O_RDONLY) return this.#fail(-EACCES);
    const file = this.#texts.open(node.text());
    return this.#sendHandle(file, TEXT_HANDLE, FOPEN_DIRECT_IO | FOPEN_NOFLUSH);
  }

  /** OPENDIR: folders need no state. */
  openDirectory(): true {
    const node = this.#node();
    if (node === undefined) return this.#fail(-ESTALE);
    if (!node.isDirectory) return this.#fail(-ENOTDIR);
    return this.#sendHandle(0, 0, 0);
  }

  /** READDIR. */
  readDirectory(): true {
    const request = this.#request;
    const node = this.#node();
    if (node === undefined) return this.#fail(-ESTALE);
    if (!node.isDirectory) return this.#fail(-ENOTDIR);
    if (request.bodyLength < READ_IN) return this.#fail(-EINVAL);
    const children = this.#tree.children(node);
    const length = writeEntries(this.#reply, node, children, request.u64(12), request.word(4));
    return this.#reply.send(request, length);
  }

  /** READ of a text. */
  readText(): true {
    const request = this.#request;
    if (request.bodyLength < READ_IN) return this.#fail(-EINVAL);
    const length = this.#isText()
      ? this.#texts.read(request.word(0), request.u64(12), request.word(4), this.#reply)
      : undefined;
    if (length === undefined) return this.#fail(-EBADF);
    return this.#reply.send(request, length);
  }

  /** POLL of a text: always readable. */
  pollText(): true {
    const request = this.#request;
    if (request.bodyLength < POLL_IN) return this.#fail(-EINVAL);
    if (!this.#isText() || !this.#texts.has(request.word(0))) return this.#fail(-EBADF);
    this.#reply.clear(POLL_OUT);
    this.#reply.setWord(0, POLLIN | POLLRDNORM);
    return this.#reply.send(request, POLL_OUT);
  }

  /** RELEASE of a text. */
  releaseText(): true {
    const request = this.#request;
    const closed =
      request.bodyLength >= RELEASE_IN && this.#isText() && this.#texts.close(request.word(0));
    return this.#answer(closed ? 0 : -EBADF);
  }

  /** STATFS: no blocks; names as everywhere. */
  statFs(): true {
    const reply = this.#reply;
    reply.clear(STATFS_OUT);
    reply.setU64(6, this.#tree.size);
    reply.setWord(10, BLOCK_SIZE);
    reply.setWord(11, NAME_MAX);
    reply.setWord(12, BLOCK_SIZE);
    return reply.send(this.#request, STATFS_OUT);
  }

  #isText(): boolean {
    return this.#request.word(1) === TEXT_HANDLE;
  }

  #node(): TreeNode | undefined {
    return this.#tree.node(this.#request.nodeId);
  }

  #sendEntry(node: TreeNode | number): true {
    if (typeof node === 'number') return this.#fail(node);
    node.lookups++;
    return this.#reply.send(this.#request, writeEntry(this.#reply, node));
  }

  #sendHandle(low: number, high: number, flags: number): true {
    this.#reply.clear(OPEN_OUT);
    this.#reply.setWord(0, low);
    this.#reply.setWord(1, high);
    this.#reply.setWord(2, flags);
    return this.#reply.send(this.#request, OPEN_OUT);
  }

  #fail(errno: number): true {
    return this.#reply.fail(this.#request, errno);
  }

  #answer(rc: number): true {
    return rc < 0 ? this.#fail(rc) : this.#reply.send(this.#request, 0);
  }
}
