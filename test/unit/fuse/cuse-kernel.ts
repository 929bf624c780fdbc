import { FaultInjector } from '../../../src/faults/fault-injector.js';
import { planFaults } from '../../../src/faults/fault-plan.js';
import type { FaultRequest } from '../../../src/faults/fault-request.js';
import { CuseSession } from '../../../src/fuse/cuse-session.js';
import type { Negotiated } from '../../../src/fuse/negotiation.js';
import { WokenHandles } from '../../../src/fuse/woken-handles.js';
import { ManualClock, XenHost } from '../../../src/index.js';
import { IOCTL, OP } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { decode, encode, words } from './fuse-struct.js';
import { Message } from './kernel-side.js';

/** Memory of a program: bytes by address. What is not in it cannot be read. */
export type ProgramMemory = ReadonlyMap<bigint, Uint8Array>;

const OUT_HEADER = 16;
const O_RDWR = 0o2;
const O_NONBLOCK = 0o4000;
const EFAULT = -14;
const MAX_ERRNO = 511;
/** What lies in buffers where nothing was put. */
const LEFT_OVER = 0xa5;

/** A structure of CUSE alone (`struct cuse_init_in`). */
export function cuseInit(major: number, minor: number, flags: number): fuse.FuseRequest {
  return fuse.request(OP.CUSE_INIT, 0n, words(major, minor, 0, flags));
}

/** What a device belongs to, if not to a host of its own. */
export interface CuseKernelOptions {
  readonly host?: XenHost;
  readonly woken?: WokenHandles;
  readonly name?: string;
  /** Faults that the host is to show. */
  readonly faults?: FaultRequest;
}

/** The kernel's side of a CUSE connection (fs/fuse/cuse.c, fs/fuse/ioctl.c). */
export class CuseKernel {
  readonly host: XenHost;
  readonly negotiated: Negotiated[] = [];
  readonly session: CuseSession;
  /** What makes the host show faults, if it is to. */
  readonly faults: FaultInjector | undefined;
  /** Requests the server got since the last {@link ioctl} began. */
  requests = 0;
  #unique = 0n;
  #messages: Message[] = [];

  constructor(domid = 0, options: CuseKernelOptions = {}) {
    const { host = new XenHost({ clock: new ManualClock() }), name = 'xen/evtchn' } = options;
    const { woken = new WokenHandles() } = options;
    this.host = host;
    if (host.domain(domid) === undefined) host.createDomain({ domid });
    const actions = { sleep: () => {}, kill: () => 0, destroy: () => {} };
    this.faults =
      options.faults &&
      new FaultInjector(host, planFaults(options.faults), actions, () => host.clock.now());
    this.session = new CuseSession({
      send: (bytes, length) => {
        this.#take(bytes.slice(0, length));
        // The memory is the session's again: what it does not fill in anew must not be there from before.
        bytes.fill(LEFT_OVER);
      },
      name,
      domain: () => host.domain(domid),
      nameOf: (pid) => `process-${pid}`,
      woken,
      faults: this.faults,
      onNegotiated: (result) => this.negotiated.push(result),
    });
  }

  /** Makes the device. */
  begin(): this {
    this.ask(cuseInit(7, 38, 1));
    return this;
  }

  /** Sends a request. @returns its number */
  send(request: fuse.FuseRequest): bigint {
    this.#unique += 2n;
    this.feed(fuse.requestBytes({ pid: 4711, ...request }, this.#unique));
    return this.#unique;
  }

  /** Passes bytes on as they are. @returns what the session's `handle` answered */
  feed(bytes: Uint8Array): boolean {
    this.requests++;
    const buffer = this.session.request.bytes;
    buffer.fill(LEFT_OVER);
    buffer.set(bytes);
    return this.session.handle(bytes.length);
  }

  /** Sends a request that is answered at once. @returns the answer, which {@link messages} then leaves out */
  ask(request: fuse.FuseRequest): Message {
    const unique = this.send(request);
    const at = this.#messages.findIndex((message) => message.unique === unique);
    if (at < 0) throw new Error(`opcode ${request.opcode} was not answered`);
    return this.#messages.splice(at, 1)[0]!;
  }

  /** What came besides, in its order. */
  messages(): Message[] {
    return this.#messages.splice(0);
  }

  /** @returns the file, or an errno */
  open(flags = O_RDWR, pid = 4711): fuse.OpenedFile | number {
    const { error, body } = this.ask({ ...fuse.open(0n, flags), pid });
    return error < 0 ? error : { node: 0n, fh: decode('open_out', body).fh };
  }

  /** @returns the file; throws if it does not open */
  opened(): fuse.OpenedFile {
    const file = this.open();
    if (typeof file === 'number') throw new Error(`open answers ${file}`);
    return file;
  }

  /** Does not wait. @returns the ports that were read, or an errno */
  read(file: fuse.OpenedFile, size = 4096): number[] | number {
    const { error, words: list } = this.ask(fuse.read(file, size, O_RDWR | O_NONBLOCK));
    return error < 0 ? error : list;
  }

  write(file: fuse.OpenedFile, ...ports: readonly number[]): number {
    const answer = this.ask(fuse.write(file, words(...ports), O_RDWR));
    return answer.error < 0 ? answer.error : answer.as('write_out').size;
  }

  /** IOCTL as one request. @param size - of the argument, as the request says, whatever comes */
  ioctlRequest(
    file: fuse.OpenedFile,
    cmd: number,
    arg: bigint,
    data: Uint8Array = words(),
    flags: number = IOCTL.UNRESTRICTED,
    size: number = data.length,
  ): Message {
    const head = encode('ioctl_in', { fh: file.fh, flags, cmd, arg, in_size: size });
    return this.ask(fuse.request(OP.IOCTL, 0n, head, data));
  }

  /** ioctl(2) as `fuse_do_ioctl` does it: copies what the server asks for and asks again. */
  ioctl(file: fuse.OpenedFile, cmd: number, arg: bigint, memory: ProgramMemory): number {
    this.requests = 0;
    let data: Uint8Array = words();
    for (;;) {
      const { error, body } = this.ioctlRequest(file, cmd, arg, data);
      if (error < 0) return error;
      const { result, flags, in_iovs, out_iovs } = decode('ioctl_out', body);
      if ((flags & IOCTL.RETRY) === 0) return result;
      if (body.length !== 32 || in_iovs !== 1 || out_iovs !== 0) {
        throw new Error('a RETRY must ask for one piece of memory');
      }
      const view = new DataView(body.buffer, body.byteOffset + 16);
      const found = memory.get(view.getBigUint64(0, true));
      const length = Number(view.getBigUint64(8, true));
      if (found === undefined || found.length < length) return EFAULT;
      data = found.subarray(0, length);
    }
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    const { len, error, unique } = decode('out_header', bytes);
    if (len !== bytes.length) throw new Error(`${bytes.length} bytes that say ${len}`);
    if (error < -MAX_ERRNO) throw new Error(`the kernel takes no error ${error}`);
    if (error < 0 && len !== OUT_HEADER) throw new Error(`an error with ${len} bytes`);
    this.#messages.push(new Message(unique, error, bytes.slice(OUT_HEADER)));
  }
}
