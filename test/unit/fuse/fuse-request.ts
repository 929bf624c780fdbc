import { OP, POLL_SCHEDULE_NOTIFY, ROOT } from './fuse-header.js';
import { concat, cString, encode, type Values, words } from './fuse-struct.js';

/** A request as a kernel would make it, but for its number. */
export interface FuseRequest {
  readonly opcode: number;
  readonly node: bigint;
  readonly body: Uint8Array;
  readonly uid?: number;
  readonly gid?: number;
  readonly pid?: number;
}

/** An open file, as requests name it. */
export interface OpenedFile {
  readonly node: bigint;
  readonly fh: bigint;
}

const NOTHING = new Uint8Array(0);

/** The bytes of a request. */
export function requestBytes(request: FuseRequest, unique: bigint): Uint8Array<ArrayBuffer> {
  const { opcode, node, body, uid = 0, gid = 0, pid = 0 } = request;
  const header = encode('in_header', {
    len: 40 + body.length,
    opcode,
    unique,
    nodeid: node,
    uid,
    gid,
    pid,
  });
  return concat(header, body);
}

/** Any request. */
export function request(opcode: number, node: bigint, ...body: Uint8Array[]): FuseRequest {
  return { opcode, node, body: concat(...body) };
}

/** INIT; of 7.36 and later with the longer structure. */
export function init(major: number, minor: number, flags = 0xffffffff): FuseRequest {
  const values = { major, minor, max_readahead: 0x20000, flags };
  const long = major > 7 || minor >= 36;
  return request(OP.INIT, 0n, long ? encode('init_in', values) : encode('init_in_short', values));
}

export function lookup(folder: bigint, name: string): FuseRequest {
  return request(OP.LOOKUP, folder, cString(name));
}

export function forget(node: bigint, nlookup: number | bigint): FuseRequest {
  return request(OP.FORGET, node, encode('forget_in', { nlookup }));
}

export function batchForget(
  entries: readonly (readonly [bigint, number | bigint])[],
  count = entries.length,
): FuseRequest {
  const list = entries.map(([nodeid, nlookup]) => encode('forget_one', { nodeid, nlookup }));
  return request(OP.BATCH_FORGET, 0n, encode('batch_forget_in', { count }), ...list);
}

export function getattr(node: bigint): FuseRequest {
  return request(OP.GETATTR, node, encode('getattr_in', {}));
}

export function setattr(node: bigint, values: Values<'setattr_in'>): FuseRequest {
  return request(OP.SETATTR, node, encode('setattr_in', values));
}

export function mkdir(folder: bigint, name: string): FuseRequest {
  return request(OP.MKDIR, folder, encode('mkdir_in', { mode: 0o755, umask: 0o22 }), cString(name));
}

export function rmdir(folder: bigint, name: string): FuseRequest {
  return request(OP.RMDIR, folder, cString(name));
}

export function open(node: bigint, flags: number): FuseRequest {
  return request(OP.OPEN, node, encode('open_in', { flags }));
}

export function opendir(node: bigint): FuseRequest {
  return request(OP.OPENDIR, node, encode('open_in', { flags: 0o200000 }));
}

export function readdir(node: bigint, offset: number | bigint, size: number): FuseRequest {
  return request(OP.READDIR, node, encode('read_in', { offset, size }));
}

export function releasedir(node: bigint): FuseRequest {
  return request(OP.RELEASEDIR, node, encode('release_in', {}));
}

export function statfs(): FuseRequest {
  return request(OP.STATFS, ROOT);
}

export function read(
  file: OpenedFile,
  size: number,
  flags = 0,
  offset: number | bigint = 0,
): FuseRequest {
  return request(OP.READ, file.node, encode('read_in', { fh: file.fh, size, flags, offset }));
}

/** @param size - as the request says, whatever the data */
export function write(
  file: OpenedFile,
  data: Uint8Array,
  flags = 0,
  size = data.length,
): FuseRequest {
  return request(OP.WRITE, file.node, encode('write_in', { fh: file.fh, size, flags }), data);
}

export function ioctl(file: OpenedFile, cmd: number, arg: number | bigint, flags = 0): FuseRequest {
  return request(OP.IOCTL, file.node, encode('ioctl_in', { fh: file.fh, cmd, arg, flags }));
}

export function poll(file: OpenedFile, kh: bigint, schedule: boolean): FuseRequest {
  const flags = schedule ? POLL_SCHEDULE_NOTIFY : 0;
  const body = encode('poll_in', { fh: file.fh, kh, flags, events: 0x19 });
  return request(OP.POLL, file.node, body);
}

export function release(file: OpenedFile): FuseRequest {
  return request(OP.RELEASE, file.node, encode('release_in', { fh: file.fh }));
}

export function interrupt(unique: bigint): FuseRequest {
  return request(OP.INTERRUPT, 0n, encode('interrupt_in', { unique }));
}

export function flush(file: OpenedFile): FuseRequest {
  return request(OP.FLUSH, file.node, encode('flush_in', { fh: file.fh }));
}

export function fsync(file: OpenedFile): FuseRequest {
  return request(OP.FSYNC, file.node, encode('fsync_in', { fh: file.fh }));
}

export function fallocate(file: OpenedFile): FuseRequest {
  return request(OP.FALLOCATE, file.node, encode('fallocate_in', { fh: file.fh, length: 1 }));
}

export function create(folder: bigint, name: string): FuseRequest {
  return request(
    OP.CREATE,
    folder,
    encode('create_in', { flags: 0o102, mode: 0o100644 }),
    cString(name),
  );
}

/** A request with no structure of its own. */
export function bare(opcode: number, node: bigint = ROOT): FuseRequest {
  return request(opcode, node, NOTHING);
}

/** Data of a WRITE to the device. */
export function ports(...list: readonly number[]): Uint8Array<ArrayBuffer> {
  return words(...list);
}
