import { CuseSession } from '../../../src/fuse/cuse-session.js';
import type { Negotiated } from '../../../src/fuse/negotiation.js';
import { WokenHandles } from '../../../src/fuse/woken-handles.js';
import { ManualClock, XenHost } from '../../../src/index.js';

/** `enum fuse_opcode` once more, sharing nothing with src/fuse. */
export const OPCODE = {
  FORGET: 2,
  OPEN: 14,
  READ: 15,
  WRITE: 16,
  RELEASE: 18,
  INTERRUPT: 36,
  IOCTL: 39,
  POLL: 40,
  CUSE_INIT: 4096,
} as const;

/** A message of the server: a reply, or a notification, whose unique is 0. */
export interface Message {
  readonly unique: number;
  readonly error: number;
  readonly body: Buffer;
}

/** The bytes of 32-bit words; negative ones as C has them. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, index * 4);
  return bytes;
}

/** Memory of a program: bytes by address. What is not in it cannot be read. */
export type ProgramMemory = ReadonlyMap<bigint, Uint8Array>;

const O_RDWR = 0o2;
const UNRESTRICTED = 2;
const RETRY = 4;
const EFAULT = -14;

/** The kernel's side of a CUSE connection (fs/fuse/cuse.c, fs/fuse/ioctl.c). */
export class CuseKernel {
  readonly host: XenHost;
  readonly negotiated: Negotiated[] = [];
  readonly session: CuseSession;
  /** Requests the server got since the last {@link ioctl} began. */
  requests = 0;
  #unique = 0;
  #messages: Message[] = [];

  /** @param given - share a host and its waiters between several devices */
  constructor(
    domid = 0,
    given: { readonly host?: XenHost; readonly woken?: WokenHandles; readonly name?: string } = {},
  ) {
    const { host = new XenHost({ clock: new ManualClock() }), name = 'xen/evtchn' } = given;
    this.host = host;
    if (host.domain(domid) === undefined) host.createDomain({ domid });
    this.session = new CuseSession({
      send: (bytes, length) => this.#take(Buffer.from(bytes.subarray(0, length))),
      name,
      domain: () => host.domain(domid),
      nameOf: (pid) => `process-${pid}`,
      woken: given.woken ?? new WokenHandles(),
      onNegotiated: (result) => this.negotiated.push(result),
    });
  }

  /** Makes the device. */
  begin(): this {
    this.ask(OPCODE.CUSE_INIT, words(7, 38, 0, 1));
    return this;
  }

  /** Sends a request. @returns its number */
  send(opcode: number, body: Uint8Array, pid = 4711): number {
    this.#unique += 2;
    const header = Buffer.alloc(40);
    header.writeUInt32LE(40 + body.length, 0);
    header.writeUInt32LE(opcode, 4);
    header.writeUInt32LE(this.#unique, 8);
    header.writeUInt32LE(pid, 32);
    this.feed(Buffer.concat([header, body]));
    return this.#unique;
  }

  /** Passes bytes on as they are, with what an earlier request has left behind them. */
  feed(bytes: Uint8Array): boolean {
    this.requests++;
    const buffer = this.session.request.bytes;
    buffer.fill(0xa5);
    buffer.set(bytes);
    return this.session.handle(bytes.length);
  }

  /** Sends a request that is answered at once, by the last message it causes. */
  ask(opcode: number, body: Uint8Array, pid?: number): Message {
    const unique = this.send(opcode, body, pid);
    const at = this.#messages.findIndex((message) => message.unique === unique);
    if (at < 0) throw new Error(`opcode ${opcode} was not answered`);
    return this.#messages.splice(at, 1)[0]!;
  }

  /** What came besides. */
  messages(): Message[] {
    return this.#messages.splice(0);
  }

  /** @returns the file's handle, or an errno */
  open(flags = O_RDWR, pid?: number): number {
    const { error, body } = this.ask(OPCODE.OPEN, words(flags, 0), pid);
    return error < 0 ? error : body.readUInt32LE(0);
  }

  /** The body of READ, or of WRITE before its data. */
  transfer(file: number, size: number, flags: number): Buffer {
    return words(file, 0, 0, 0, size, 0, 0, 0, flags, 0);
  }

  /** @returns the ports that were read, or an errno */
  read(file: number, size = 4096, flags = 0o4002): number[] | number {
    const { error, body } = this.ask(OPCODE.READ, this.transfer(file, size, flags));
    return error < 0 ? error : [...new Uint32Array(new Uint8Array(body).buffer)];
  }

  write(file: number, ...ports: readonly number[]): number {
    const data = words(...ports);
    const head = this.transfer(file, data.length, 0o4002);
    const { error, body } = this.ask(OPCODE.WRITE, Buffer.concat([head, data]));
    return error < 0 ? error : body.readUInt32LE(0);
  }

  /** IOCTL as one request. */
  ioctlRequest(file: number, command: number, argument: bigint, data: Uint8Array, flags: number) {
    const head = words(file, 0, flags, command, 0, 0, data.length, 0);
    head.writeBigUInt64LE(argument, 16);
    return this.ask(OPCODE.IOCTL, Buffer.concat([head, data]));
  }

  /** ioctl(2) as `fuse_do_ioctl` does it: copies what the server asks for and asks again. */
  ioctl(file: number, command: number, argument: bigint, memory: ProgramMemory): number {
    this.requests = 0;
    let data: Uint8Array = new Uint8Array(0);
    for (;;) {
      const { error, body } = this.ioctlRequest(file, command, argument, data, UNRESTRICTED);
      if (error < 0) return error;
      const flags = body.readUInt32LE(4);
      if ((flags & RETRY) === 0) return body.readInt32LE(0);
      const found = this.#fetch(body, memory);
      if (found === undefined) return EFAULT;
      data = found;
    }
  }

  #fetch(body: Buffer, memory: ProgramMemory): Uint8Array | undefined {
    if (body.length !== 32 || body.readUInt32LE(8) !== 1 || body.readUInt32LE(12) !== 0) {
      throw new Error('a RETRY must ask for one piece of memory');
    }
    const bytes = memory.get(body.readBigUInt64LE(16));
    const length = Number(body.readBigUInt64LE(24));
    return bytes === undefined || bytes.length < length ? undefined : bytes.subarray(0, length);
  }

  #take(bytes: Buffer): void {
    const [length, error] = [bytes.readUInt32LE(0), bytes.readInt32LE(4)];
    if (length !== bytes.length) throw new Error(`${bytes.length} bytes that say ${length}`);
    if (error < -511) throw new Error(`the kernel takes no error ${error}`);
    if (error !== 0 && bytes.readUInt32LE(8) !== 0 && length !== 16) {
      throw new Error(`an error with ${length} bytes`);
    }
    this.#messages.push({ unique: bytes.readUInt32LE(8), error, body: bytes.subarray(16) });
  }
}
