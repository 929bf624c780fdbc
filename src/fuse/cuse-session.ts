import { EBADF, EFAULT, EINVAL, EIO, ENODEV, ENOSYS, ENOTTY } from '../abi/errno.js';
import type { FaultInjector } from '../faults/fault-injector.js';
import type { HostDomain } from '../host/host-domain.js';
import { negotiateCuse } from './cuse-negotiation.js';
import { DeviceRequests } from './device-requests.js';
import type { Negotiated } from './negotiation.js';
import * as op from './opcode.js';
import { IN_HEADER } from './protocol.js';
import { Reply, type Send } from './reply.js';
import { Request } from './request.js';
import { RetryMemory } from './retry-memory.js';
import type { WokenHandles } from './woken-handles.js';

/** Bytes of `struct cuse_init_in`. */
const INIT_IN = 16;
const OPEN_IN = 8;

/** What a session needs from outside. */
export interface CuseSessionOptions {
  /** Takes replies and notifications to the kernel. */
  readonly send: Send;
  /** Name of the device below /dev, such as `xen/evtchn`: ASCII, at most 255 bytes. */
  readonly name: string;
  /** The domain whose device this is, as of now; undefined while there is none. */
  readonly domain: () => HostDomain | undefined;
  /** Name of a thread (`comm`), one byte a character; empty if it is gone. */
  readonly nameOf: (pid: number) => string;
  /** Of the host. */
  readonly woken: WokenHandles;
  /** Of the host, if it is to show faults. */
  readonly faults?: FaultInjector | undefined;
  /** CUSE_INIT was answered. Whether the kernel could make the device, only its next answer tells. */
  readonly onNegotiated: (result: Negotiated) => void;
}

/**
 * A CUSE connection: one character device, of one domain. Takes requests as bytes and gives replies as bytes, as `FuseSession`
 * does, and is used the same way. While its domain does not exist, opening the device is ENODEV.
 */
export class CuseSession {
  readonly request: Request = new Request();
  readonly devices: DeviceRequests;
  private readonly options: CuseSessionOptions;
  private readonly reply: Reply;
  private negotiated = false;

  constructor(options: CuseSessionOptions) {
    const { request } = this;
    const { send, woken, faults } = options;
    const reply = new Reply(send);
    const memory = new RetryMemory(request);
    const answerFault = () => memory.askAgain(reply) || this.fail(-EFAULT);
    this.options = options;
    this.reply = reply;
    this.devices = new DeviceRequests({ request, reply, memory, woken, faults, answerFault });
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
    if (request.words[0] !== length || !this.negotiated) return this.handleFirst();
    switch (request.opcode) {
      case op.FUSE_IOCTL:
        return devices.ioctl() || this.fail(-ENOTTY);
      case op.FUSE_READ:
        return devices.read() || this.fail(-EBADF);
      case op.FUSE_WRITE:
        return devices.write() || this.fail(-EBADF);
      case op.FUSE_POLL:
        return devices.poll() || this.fail(-EBADF);
      case op.FUSE_OPEN:
        return this.open();
      case op.FUSE_RELEASE:
        return devices.release() || this.fail(-EBADF);
      case op.FUSE_INTERRUPT:
        return devices.interrupt();
      default:
        return this.handleUnknown();
    }
  }

  /** A request that no device gets; CUSE_INIT comes once. */
  private handleUnknown(): true {
    const { opcode } = this.request;
    if (opcode === op.CUSE_INIT) return this.fail(-EIO);
    return op.hasNoReply(opcode) || this.fail(-ENOSYS);
  }

  /** A request that is not as long as it says, or one before the device was made. */
  private handleFirst(): true {
    const { request, reply } = this;
    if (op.hasNoReply(request.opcode)) return true;
    const fits = request.words[0] === request.length && request.bodyLength >= INIT_IN;
    if (request.opcode !== op.CUSE_INIT || !fits) return this.fail(-EIO);
    const result = negotiateCuse(request, reply, this.options.name);
    this.negotiated = result.kind === 'agreed';
    this.options.onNegotiated(result);
    return true;
  }

  /** OPEN: of the only file there is. */
  private open(): true {
    const { request, options } = this;
    if (request.bodyLength < OPEN_IN) return this.fail(-EINVAL);
    const domain = options.domain();
    if (domain === undefined) return this.fail(-ENODEV);
    const { pid, uid } = request;
    return this.devices.openDevice(domain, request.word(0), {
      pid,
      uid,
      comm: options.nameOf(pid),
    });
  }

  private fail(errno: number): true {
    return this.reply.fail(this.request, errno);
  }
}
