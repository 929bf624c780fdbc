import { EAGAIN, EBADF, EFAULT, EINTR, EINVAL, ENODEV, ENOTTY } from '../abi/errno.js';
import { O_NONBLOCK, O_PATH } from '../abi/fcntl.js';
import type { FaultInjector } from '../faults/fault-injector.js';
import type { HostDomain } from '../host/host-domain.js';
import type { ArgumentMemory } from './argument-memory.js';
import { DeviceHandle, type HandleOwner, type OpenerProcess } from './device-handle.js';
import { FaultyCalls } from './faulty-calls.js';
import { MessageMemory } from './message-memory.js';
import {
  BODY,
  FOPEN_DIRECT_IO,
  FOPEN_NOFLUSH,
  FOPEN_NONSEEKABLE,
  FOPEN_PARALLEL_DIRECT_WRITES,
  FOPEN_STREAM,
  FUSE_IOCTL_32BIT,
  FUSE_IOCTL_COMPAT,
  FUSE_POLL_SCHEDULE_NOTIFY,
} from './protocol.js';
import type { Reply } from './reply.js';
import type { Request } from './request.js';
import type { WokenHandles } from './woken-handles.js';

const OPEN_FLAGS =
  FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE | FOPEN_STREAM | FOPEN_NOFLUSH | FOPEN_PARALLEL_DIRECT_WRITES;

/** Bytes of the structures that follow the header. */
const READ_IN = 40;
const WRITE_IN = 40;
const IOCTL_IN = 32;
const POLL_IN = 24;
const RELEASE_IN = 24;
const INTERRUPT_IN = 8;
const OPEN_OUT = 16;
const WRITE_OUT = 8;
const IOCTL_OUT = 16;
const POLL_OUT = 8;
const COMPAT = FUSE_IOCTL_COMPAT | FUSE_IOCTL_32BIT;

/** What the requests of one channel are handled with. */
export interface DeviceRequestsOptions {
  readonly request: Request;
  readonly reply: Reply;
  readonly memory: ArgumentMemory;
  /** Answers an ioctl whose argument could not be read. */
  readonly answerFault: () => true;
  /** Of the whole host. */
  readonly woken: WokenHandles;
  /** Of the host, if it is to show faults. */
  readonly faults?: FaultInjector | undefined;
}

/**
 * Requests on open files of the device, FUSE's and CUSE's alike: each becomes one call of the driver. A read that has to wait is parked, and answered
 * when its event comes, when its caller is interrupted, or when its domain is gone.
 *
 * The methods answer false, with nothing done, for a request that names no open file of the device.
 */
export class DeviceRequests implements HandleOwner {
  readonly woken: WokenHandles;
  private readonly request: Request;
  private readonly reply: Reply;
  private readonly memory: ArgumentMemory;
  private readonly data: MessageMemory;
  private readonly answerFault: () => true;
  /** Stands between the requests and the driver on a host that is to show faults. */
  private readonly faulty: FaultyCalls | undefined;
  private readonly handles: (DeviceHandle | undefined)[] = [];
  private readonly freeHandles: number[] = [];

  constructor(options: DeviceRequestsOptions) {
    const { request, reply } = options;
    this.request = request;
    this.reply = reply;
    this.memory = options.memory;
    this.data = new MessageMemory(request, reply);
    this.answerFault = options.answerFault;
    this.woken = options.woken;
    const { faults } = options;
    this.faulty =
      faults &&
      new FaultyCalls(faults, ({ uniqueLow, uniqueHigh }, errno) =>
        reply.answer(uniqueLow, uniqueHigh, errno, 0),
      );
  }

  /** The files that are open, in the order of their handles. */
  *open(): IterableIterator<DeviceHandle> {
    for (const handle of this.handles) if (handle !== undefined) yield handle;
  }

  /**
   * OPEN of a domain's device. Who may open it was decided before, by the file's mode: here everybody is root.
   * @param flags - `O_*`
   */
  openDevice(domain: HostDomain, flags: number, by: OpenerProcess): true {
    const { request, reply } = this;
    // A kernel asks nobody for a file with O_PATH: it would reach no operation.
    if ((flags & O_PATH) !== 0) return reply.fail(request, -EINVAL);
    const { node } = domain;
    const file =
      node === undefined
        ? -ENODEV
        : node.open(flags, { uid: node.uid, comm: by.comm, pid: by.pid });
    if (typeof file === 'number') return reply.fail(request, file);
    const index = this.freeHandles.pop() ?? this.handles.length;
    const handle = new DeviceHandle(domain, file, by, this);
    this.handles[index] = handle;
    this.faulty?.opened(handle);
    reply.clear(OPEN_OUT);
    reply.setWord(0, index + 1);
    reply.setWord(2, OPEN_FLAGS);
    return reply.send(request, OPEN_OUT);
  }

  /** READ. The flags come with each call, so O_NONBLOCK holds as of now. */
  read(): boolean {
    const { request } = this;
    const handle = this.handle(READ_IN);
    if (handle === undefined) return false;
    const count = request.word(4);
    const nonBlocking = this.takeFlags(handle, request.word(8));
    const { faulty } = this;
    if (faulty !== undefined) return this.readFaulty(handle, count, nonBlocking, faulty);
    const result = handle.operations.read(this.data, 0, count);
    if (result === -EAGAIN && !nonBlocking) return this.park(handle, count);
    return this.answerRead(result);
  }

  private answerRead(result: number): true {
    const { request, reply } = this;
    return result >= 0 ? reply.send(request, result) : reply.fail(request, result);
  }

  private park(handle: DeviceHandle, count: number): true {
    const { uniqueLow, uniqueHigh } = this.request;
    handle.parked.push({ uniqueLow, uniqueHigh, count });
    handle.updateWaiting();
    return true;
  }

  private readFaulty(
    handle: DeviceHandle,
    count: number,
    nonBlocking: boolean,
    faulty: FaultyCalls,
  ): true {
    const result = faulty.read(handle, this.data, count);
    if (result === -EAGAIN && !nonBlocking) {
      this.park(handle, count);
      faulty.parked(handle, handle.parked.at(-1)!);
    } else {
      this.answerRead(result);
    }
    faulty.end(handle);
    this.woken.settle();
    return true;
  }

  /** WRITE. */
  write(): boolean {
    const { request, reply } = this;
    const handle = this.handle(WRITE_IN);
    if (handle === undefined) return false;
    const count = request.word(4);
    let result = -EINVAL;
    if (count <= request.bodyLength - WRITE_IN) {
      this.takeFlags(handle, request.word(8));
      const { faulty } = this;
      result =
        faulty === undefined
          ? handle.operations.write(this.data, 0, count)
          : faulty.write(handle, this.data, count);
      this.woken.settle();
    }
    if (result < 0) return reply.fail(request, result);
    reply.setWord(0, result);
    reply.setWord(1, 0);
    return reply.send(request, WRITE_OUT);
  }

  /** IOCTL. As on the device, a 32-bit program gets ENOTTY. */
  ioctl(): boolean {
    const { request, reply, memory } = this;
    const handle = this.handle(IOCTL_IN);
    if (handle === undefined) return false;
    let result = -ENOTTY;
    if ((request.word(2) & COMPAT) === 0) {
      memory.turnTo(request.pid, request.word(4), request.word(5));
      const { faulty } = this;
      result =
        faulty === undefined
          ? handle.operations.ioctl(request.word(3), memory, 0)
          : faulty.ioctl(handle, request.word(3), memory);
      this.woken.settle();
    }
    if (result === -EFAULT) return this.answerFault();
    if (result < 0) return reply.fail(request, result);
    reply.setWord(0, result);
    reply.setWord(1, 0);
    reply.setWord(2, 0);
    reply.setWord(3, 0);
    return reply.send(request, IOCTL_OUT);
  }

  /** POLL: what holds now; if the kernel wants it, a notification when there is more. */
  poll(): boolean {
    const { request, reply } = this;
    const handle = this.handle(POLL_IN);
    if (handle === undefined) return false;
    this.faulty?.begin(handle);
    if ((request.word(4) & FUSE_POLL_SCHEDULE_NOTIFY) !== 0) {
      handle.pollLow = request.word(2);
      handle.pollHigh = request.word(3);
      handle.pollArmed = true;
      handle.updateWaiting();
    }
    reply.setWord(0, handle.file.poll());
    reply.setWord(1, 0);
    return reply.send(request, POLL_OUT);
  }

  /** RELEASE: the last descriptor is closed, and no call should be under way; whoever waits all the same gets EBADF. */
  release(): boolean {
    const { request, reply } = this;
    const handle = this.handle(RELEASE_IN);
    if (handle === undefined) return false;
    const index = request.word(0) - 1;
    this.handles[index] = undefined;
    this.freeHandles.push(index);
    handle.pollArmed = false;
    for (const { uniqueLow, uniqueHigh } of handle.parked) {
      reply.answer(uniqueLow, uniqueHigh, -EBADF, 0);
    }
    handle.parked.length = 0;
    handle.updateWaiting();
    handle.file.put();
    this.settle();
    return reply.send(request, 0);
  }

  /**
   * INTERRUPT: a signal for the caller of a request. A read that waits is answered EINTR. Any other request was answered
   * before this one was read, and an INTERRUPT needs no answer of its own.
   */
  interrupt(): true {
    const { request, reply } = this;
    if (request.bodyLength < INTERRUPT_IN) return true;
    const low = request.word(0);
    const high = request.word(1);
    for (const handle of this.handles) {
      if (handle === undefined || handle.parked.length === 0 || !handle.unpark(low, high)) continue;
      handle.updateWaiting();
      return reply.answer(low, high, -EINTR, 0);
    }
    return true;
  }

  /** Looks after everybody in the host who was woken since, whatever they opened the device through. */
  settle(): void {
    this.faulty?.act();
    this.woken.settle();
  }

  lookAfter(handle: DeviceHandle): void {
    this.answerParked(handle);
    if (handle.pollArmed) {
      handle.pollArmed = false;
      this.reply.notifyPoll(handle.pollLow, handle.pollHigh);
    }
    handle.updateWaiting();
  }

  private answerParked(handle: DeviceHandle): void {
    for (let read = handle.parked[0]; read !== undefined; read = handle.parked[0]) {
      const result =
        this.faulty === undefined
          ? handle.operations.read(this.data, 0, read.count)
          : this.faulty.readAgain(handle, this.data, read.count);
      if (result === -EAGAIN) return;
      handle.parked.shift();
      const length = result < 0 ? 0 : result;
      this.reply.answer(read.uniqueLow, read.uniqueHigh, result < 0 ? result : 0, length);
    }
  }

  /** The open file that a request names, if the request is long enough to name one. */
  private handle(bodyLength: number): DeviceHandle | undefined {
    const { words, length } = this.request;
    if (length < BODY * 4 + bodyLength || words[BODY + 1] !== 0) return undefined;
    return this.handles[words[BODY]! - 1];
  }

  /** Takes O_NONBLOCK over as it is now. @returns whether it is set */
  private takeFlags(handle: DeviceHandle, flags: number): boolean {
    const { file } = handle;
    const nonBlocking = flags & O_NONBLOCK;
    file.flags = (file.flags & ~O_NONBLOCK) | nonBlocking;
    return nonBlocking !== 0;
  }
}
