import { EFAULT, EINVAL, EIO, ENODEV, ENOSYS, ENOTTY, EPERM } from '../abi/errno.js';
import type { FaultInjector } from '../faults/fault-injector.js';
import type { CallerMemory } from './caller-memory.js';
import { DeviceRequests } from './device-requests.js';
import type { HostTree } from './host-tree.js';
import { type Negotiated, negotiate } from './negotiation.js';
import * as op from './opcode.js';
import { IN_HEADER } from './protocol.js';
import { Reply, type Send } from './reply.js';
import { Request } from './request.js';
import { TreeFileRequests } from './tree-file-requests.js';
import { TreeRequests } from './tree-requests.js';
import type { WokenHandles } from './woken-handles.js';

/** Bytes of `struct fuse_init_in` that every version sends. */
const INIT_IN = 16;

/** Told of a caller whose memory the server may not read. */
export type OnDenied = (pid: number, errno: number) => void;

/** What a session needs from outside. */
export interface FuseSessionOptions {
  /** Takes replies and notifications to the kernel. */
  readonly send: Send;
  readonly memory: CallerMemory;
  /** What is served. */
  readonly tree: HostTree;
  /** Name of a thread (`comm`), one byte a character; empty if it is gone. */
  readonly nameOf: (pid: number) => string;
  readonly onDenied: OnDenied;
  /** Of the host. */
  readonly woken: WokenHandles;
  /** Of the host, if it is to show faults. */
  readonly faults?: FaultInjector | undefined;
  /** INIT was answered. */
  readonly onNegotiated: (result: Negotiated) => void;
}

/**
 * A FUSE connection: takes requests as bytes and gives replies as bytes. It does no I/O: whoever owns the descriptor puts a
 * request into {@link request} and calls {@link handle}. Whatever the bytes are, the answer is a reply or, where FUSE has
 * none, nothing; never an exception.
 */
export class FuseSession {
  readonly request: Request = new Request();
  readonly devices: DeviceRequests;
  private readonly reply: Reply;
  private readonly tree: TreeRequests;
  private readonly files: TreeFileRequests;
  private readonly memory: CallerMemory;
  private readonly onDenied: OnDenied;
  private readonly onNegotiated: (result: Negotiated) => void;
  private negotiated = false;

  constructor(options: FuseSessionOptions) {
    const { request } = this;
    const { memory, woken, tree, faults } = options;
    const reply = new Reply(options.send);
    this.reply = reply;
    this.memory = memory;
    this.onDenied = options.onDenied;
    const answerFault = () => this.answerFault();
    this.devices = new DeviceRequests({ request, reply, memory, woken, faults, answerFault });
    const { devices } = this;
    this.files = new TreeFileRequests(request, reply, () => devices.settle());
    this.tree = new TreeRequests(request, reply, tree, devices, this.files, options.nameOf);
    this.onNegotiated = options.onNegotiated;
  }

  /**
   * Handles the request in the buffer.
   * @param length - bytes that were read
   * @returns false if it was too short to be a request: nobody could be answered
   */
  handle(length: number): boolean {
    const { request, devices } = this;
    if (length < IN_HEADER) return false;
    request.length = length;
    const { opcode } = request;
    if (request.words[0] !== length || !this.negotiated) {
      return this.handleFirst(opcode);
    }
    switch (opcode) {
      case op.FUSE_IOCTL:
        return devices.ioctl() || this.fail(-ENOTTY);
      case op.FUSE_READ:
        return devices.read() || this.files.read();
      case op.FUSE_WRITE:
        return devices.write() || this.files.write();
      case op.FUSE_POLL:
        return devices.poll() || this.files.poll();
      case op.FUSE_RELEASE:
        return devices.release() || this.files.release();
      case op.FUSE_INTERRUPT:
        return devices.interrupt();
      default:
        return this.handleRare(opcode);
    }
  }

  /** A request that is not as long as it says, one before the protocol was agreed on, or INIT, which comes once. */
  private handleFirst(opcode: number): true {
    const { request, reply } = this;
    if (op.hasNoReply(opcode)) return true;
    const fits = request.words[0] === request.length && request.bodyLength >= INIT_IN;
    if (opcode !== op.FUSE_INIT || !fits || this.negotiated) {
      return this.fail(-EIO);
    }
    const result = negotiate(request, reply);
    this.negotiated = result.kind === 'agreed';
    this.onNegotiated(result);
    return true;
  }

  private handleRare(opcode: number): true {
    const { tree } = this;
    switch (opcode) {
      case op.FUSE_LOOKUP:
        return tree.lookup();
      case op.FUSE_FORGET:
        return tree.forget();
      case op.FUSE_BATCH_FORGET:
        return tree.batchForget();
      case op.FUSE_GETATTR:
        return tree.getAttributes();
      case op.FUSE_SETATTR:
        return tree.setAttributes();
      case op.FUSE_MKDIR:
        return tree.makeDirectory();
      case op.FUSE_RMDIR:
        return tree.removeDirectory();
      case op.FUSE_OPEN:
        return tree.open();
      case op.FUSE_OPENDIR:
        return tree.openDirectory();
      case op.FUSE_READDIR:
        return tree.readDirectory();
      case op.FUSE_STATFS:
        return tree.statFs();
      case op.FUSE_RELEASEDIR:
      case op.FUSE_DESTROY:
        return this.reply.send(this.request, 0);
      case op.FUSE_INIT:
        return this.handleFirst(opcode);
      default:
        return op.hasNoReply(opcode) || this.fail(refusal(opcode));
    }
  }

  /** A pointer that the server may not follow is not a bad pointer. */
  private answerFault(): true {
    const { denied } = this.memory;
    if (denied === 0) return this.fail(-EFAULT);
    this.onDenied(this.request.pid, denied);
    return this.fail(denied);
  }

  private fail(errno: number): true {
    return this.reply.fail(this.request, errno);
  }
}

/** What a request answers that nothing here can do. */
function refusal(opcode: number): number {
  switch (opcode) {
    // As on the device: no fsync and no fallocate. ENOSYS would have the kernel say 0 or EOPNOTSUPP by itself.
    case op.FUSE_FSYNC:
      return -EINVAL;
    case op.FUSE_FALLOCATE:
      return -ENODEV;
    // As in /proc: what is there is there, and nothing can be added.
    case op.FUSE_CREATE:
    case op.FUSE_MKNOD:
    case op.FUSE_SYMLINK:
    case op.FUSE_LINK:
    case op.FUSE_UNLINK:
    case op.FUSE_RENAME:
    case op.FUSE_RENAME2:
    case op.FUSE_TMPFILE:
      return -EPERM;
    default:
      return -ENOSYS;
  }
}
