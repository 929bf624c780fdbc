import { EBADF, EINVAL, errnoName } from '../../../src/abi/errno.js';
import { O_ACCMODE, O_RDONLY, O_RDWR, O_WRONLY } from '../../../src/abi/fcntl.js';
import { POLLIN } from '../../../src/abi/poll.js';
import type { File, IoVector } from '../../../src/vfs/file.js';
import { atoi, strtoul, toInt } from '../c-numbers.js';
import type { Handle } from '../handle-table.js';
import { portNames, sortedPortNames } from '../result-text.js';
import { handleOf, type StepCall, type StepTable } from '../step.js';

/** The most that is really set aside for a buffer, whatever the count says. */
export const MAX_BUFFER = 1 << 20;
/** Bytes behind a buffer that must stay as they are. */
const GUARD = 64;
const UNTOUCHED = 0xee;
/** What a job waits before it shows a port, in milliseconds. */
const NAMING_TIME = 30;
/** Segments of a vectored call, and the buffers they lie in. */
const MAX_SEGMENTS = 16;
const SEGMENT_BUFFER = 8192;
/** Ports of higher numbers are not told apart. */
const FIRST_UNCOUNTED = 1 << 20;
/** A drain that finds more than this never ends. */
const ENDLESS = 2_000_000;

function words(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >>> 2 }, (_, i) => view.getUint32(i * 4, true));
}

/** Shows what a read returned: how much, and which ports. */
async function show(
  call: StepCall,
  handle: Handle,
  data: Uint8Array,
  sorted: boolean,
): Promise<string> {
  const { thread, symbols } = call;
  handle.total += data.length >>> 2;
  if (thread.lazy) await thread.sleep(NAMING_TIME);
  const names = words(data).map((port) => symbols.nameOf(port));
  return `${data.length} bytes:${portNames(sorted ? sortedPortNames(names) : names)}`;
}

async function read(call: StepCall, sorted: boolean): Promise<string> {
  const { args, process, thread } = call;
  const handle = handleOf(call);
  const count = Number(strtoul(args.value('n') ?? '4096'));
  const spec = args.value('ptr');
  if (spec !== undefined) {
    const pointer = process.memory.pointer(spec, undefined);
    const rc = await thread.read(handle.fd, pointer, count);
    if (rc <= 0) return rc < 0 ? errnoName(rc) : '0 bytes';
    return show(call, handle, process.memory.bytes(pointer, rc)!, sorted);
  }
  const buffer = process.memory.allocate(Math.min(count, MAX_BUFFER) + GUARD);
  buffer.bytes.fill(UNTOUCHED);
  try {
    const rc = await thread.read(handle.fd, buffer.address, count);
    if (rc < 0) return errnoName(rc);
    const data = buffer.bytes.subarray(0, rc);
    const shown = rc === 0 ? '0 bytes' : await show(call, handle, data, sorted);
    const intact = buffer.bytes.subarray(rc).every((byte) => byte === UNTOUCHED);
    return intact ? shown : `${shown} (buffer written past the count)`;
  } finally {
    process.memory.free(buffer);
  }
}

/** Access modes: neither O_ACCMODE itself nor the other one will do. */
export const READABLE: readonly number[] = [O_RDONLY, O_RDWR];
export const WRITABLE: readonly number[] = [O_WRONLY, O_RDWR];

/** What a vectored call checks before it looks at a segment. */
export function checkSegments(
  file: File | undefined,
  modes: readonly number[],
  vectors: readonly IoVector[],
): number {
  if (file === undefined) return -EBADF;
  if (vectors.some(({ length }) => length < 0)) return -EINVAL;
  return modes.includes(file.flags & O_ACCMODE) ? 0 : -EBADF;
}

/** The lengths of `iov=`. */
export function segmentLengths({ args }: StepCall): number[] {
  return (args.value('iov') ?? '(null)')
    .slice(0, 199)
    .split(',')
    .filter((text) => text !== '')
    .slice(0, MAX_SEGMENTS)
    .map(atoi);
}

async function readv(call: StepCall, flags: number | undefined): Promise<string> {
  const { process, thread } = call;
  const handle = handleOf(call);
  const lengths = segmentLengths(call);
  const buffer = process.memory.allocate(MAX_SEGMENTS * SEGMENT_BUFFER);
  try {
    const vectors = lengths.map((length, i) => ({
      address: buffer.address + i * SEGMENT_BUFFER,
      length,
    }));
    const rc =
      checkFlags(call, handle.fd, vectors, flags) || (await thread.readv(handle.fd, vectors));
    if (rc < 0) return errnoName(rc);
    if (rc === 0) return '0 bytes';
    const data = new Uint8Array(rc);
    let filled = 0;
    for (const { address, length } of vectors) {
      if (filled === rc) break;
      const part = Math.min(length, rc - filled);
      data.set(process.memory.bytes(address, part)!, filled);
      filled += part;
    }
    return await show(call, handle, data, false);
  } finally {
    process.memory.free(buffer);
  }
}

/** What preadv2(2) checks besides: flags count only where there is anything to read. */
function checkFlags(
  { process }: StepCall,
  fd: number,
  vectors: readonly IoVector[],
  flags: number | undefined,
): number {
  const file = process.file(fd);
  const rc = checkSegments(file, READABLE, vectors);
  if (rc < 0 || flags === undefined || vectors.every(({ length }) => length === 0)) return rc;
  return file!.checkVectorFlags(flags);
}

/** Reads until there is nothing more, and enables again what it read. */
async function drain(call: StepCall): Promise<string> {
  const { args, process, thread } = call;
  const handle = handleOf(call);
  const count = Number(BigInt.asUintN(64, args.long('n', 4096)));
  const rearm = args.has('rearm');
  const seen = new Set<number>();
  let total = 0;
  let error: string | undefined;
  const buffer = process.memory.allocate(Math.min(count, MAX_BUFFER) + 8);
  try {
    while ((await thread.poll(handle.fd, POLLIN, 0)) > 0) {
      const rc = await thread.read(handle.fd, buffer.address, count);
      if (rc < 0) error = errnoName(rc);
      if (rc <= 0) break;
      total += rc >>> 2;
      for (const port of words(buffer.bytes.subarray(0, rc))) {
        if (port < FIRST_UNCOUNTED) seen.add(port);
      }
      if (rearm && process.write(handle.fd, buffer.address, rc) !== rc) error = 'REARM-FAILED';
      if (total > ENDLESS) {
        error = 'ENDLESS';
        break;
      }
    }
  } finally {
    process.memory.free(buffer);
  }
  handle.total += total;
  return `events=${total} distinct=${seen.size}${error === undefined ? '' : ` ${error}`}`;
}

/** Reading events. */
export const reading: StepTable = {
  read: (call) => read(call, false),
  readset: (call) => read(call, true),
  readv: (call) => readv(call, undefined),
  preadv2: (call) => readv(call, toInt(call.args.long('flags', 0))),
  drain,
  total: (call) => String(handleOf(call).total),
};
