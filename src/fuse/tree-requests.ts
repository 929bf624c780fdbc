import { EINVAL, ENOENT, ENOTDIR, EPERM, ESTALE } from '../abi/errno.js';
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
  FATTR_SIZE,
  FATTR_UID,
} from './protocol.js';
import type { Reply } from './reply.js';
import type { Request } from './request.js';
import type { TreeFileRequests } from './tree-file-requests.js';
import type { TreeNode } from './tree-node.js';

/** Bytes of the structures that follow the header. */
const SETATTR_IN = 88;
const MKDIR_IN = 8;
const OPEN_IN = 8;
const READ_IN = 40;
const FORGET_IN = 8;
const OPEN_OUT = 16;
const STATFS_OUT = 80;
/** Words of BATCH_FORGET before its list, and of an entry. */
const BATCH_WORDS = 2;
const FORGET_ONE_WORDS = 4;
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
/** What of a control nobody can change. */
const OWNERSHIP = FATTR_MODE | FATTR_UID | FATTR_GID;
/** Words of a request before the size and the times of SETATTR. */
const SETATTR_SIZE = 14;
const SETATTR_ATIME = 18;
const SETATTR_MTIME = 20;

/**
 * Requests on the served tree: its folders, and what is in them. The kernel has checked permissions by mode and
 * owner (`default_permissions`).
 */
export class TreeRequests {
  readonly #request: Request;
  readonly #reply: Reply;
  readonly #tree: HostTree;
  readonly #devices: DeviceRequests;
  readonly #nameOf: (pid: number) => string;
  readonly #files: TreeFileRequests;

  /** @param nameOf - name of a thread (`comm`), one byte a character; empty if it is gone */
  constructor(
    request: Request,
    reply: Reply,
    tree: HostTree,
    devices: DeviceRequests,
    files: TreeFileRequests,
    nameOf: (pid: number) => string,
  ) {
    this.#request = request;
    this.#reply = reply;
    this.#tree = tree;
    this.#devices = devices;
    this.#files = files;
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
   * Of other files nothing can be changed: EPERM.
   */
  setAttributes(): true {
    const request = this.#request;
    const node = this.#node();
    if (node === undefined) return this.#fail(-ESTALE);
    if (request.bodyLength < SETATTR_IN) return this.#fail(-EINVAL);
    const valid = request.word(0);
    if (node.content?.kind === 'control') return this.#cutControl(node, valid);
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

  /** truncate(2) to nothing of a file that has nothing, as whoever writes to a file may begin with. */
  #cutControl(node: TreeNode, valid: number): true {
    const cuts = (valid & FATTR_SIZE) !== 0 && this.#request.u64(SETATTR_SIZE) === 0;
    if (!cuts || (valid & OWNERSHIP) !== 0) return this.#fail(-EPERM);
    return this.#reply.send(this.#request, writeAttrOut(this.#reply, node));
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

  /** OPEN: of a device or of another file. */
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
    return this.#files.open(node, flags);
  }

  /** OPENDIR: folders need no state. */
  openDirectory(): true {
    const node = this.#node();
    if (node === undefined) return this.#fail(-ESTALE);
    if (!node.isDirectory) return this.#fail(-ENOTDIR);
    this.#reply.clear(OPEN_OUT);
    return this.#reply.send(this.#request, OPEN_OUT);
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

  #node(): TreeNode | undefined {
    return this.#tree.node(this.#request.nodeId);
  }

  #sendEntry(node: TreeNode | number): true {
    if (typeof node === 'number') return this.#fail(node);
    node.lookups++;
    return this.#reply.send(this.#request, writeEntry(this.#reply, node));
  }

  #fail(errno: number): true {
    return this.#reply.fail(this.#request, errno);
  }

  #answer(rc: number): true {
    return rc < 0 ? this.#fail(rc) : this.#reply.send(this.#request, 0);
  }
}
