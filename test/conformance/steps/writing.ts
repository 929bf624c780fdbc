import { errnoName } from '../../../src/abi/errno.js';
import { atoi, strtoul } from '../c-numbers.js';
import { handleOf, ScriptError, type StepCall, type StepTable } from '../step.js';
import { portList } from './binds.js';
import { checkSegments, MAX_BUFFER, segmentLengths, WRITABLE } from './reading.js';

const VECTORED_BUFFER = 65_536;

/** The bytes that were taken, or the error's name. */
function written(rc: number): string {
  return rc < 0 ? errnoName(rc) : `${rc} bytes`;
}

function storeAt(bytes: Uint8Array, offset: number, word: number): void {
  if (offset < 0 || offset + 4 > bytes.length) return;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(offset, word, true);
}

/** The bytes `write` writes: the ports, then padding, and one port at any offset. */
function contents(call: StepCall, ports: readonly number[], capacity: number): Uint8Array {
  const { args, symbols } = call;
  const bytes = new Uint8Array(capacity + 64);
  for (const [i, port] of ports.entries()) storeAt(bytes, i * 4, port);
  const pad = Number(BigInt.asUintN(32, args.long('pad', 0)));
  if (pad !== 0) {
    for (let at = ports.length * 4; at + 4 <= capacity; at += 4) storeAt(bytes, at, pad);
  }
  const at = args.value('at')?.slice(0, 63);
  if (at !== undefined) {
    const colon = at.indexOf(':');
    if (colon < 0) throw new ScriptError();
    const port = symbols.resolve(at.slice(0, colon));
    if (port !== undefined) storeAt(bytes, atoi(at.slice(colon + 1)), port);
  }
  return bytes;
}

function write(call: StepCall): string {
  const { args, process } = call;
  const { fd } = handleOf(call);
  const ports = portList(call, 2);
  const total = args.value('n');
  const size =
    total === undefined
      ? Number(BigInt.asUintN(64, BigInt(4 * ports.length) + args.long('extra', 0)))
      : Number(strtoul(total));
  const capacity = Math.max(Math.min(size, MAX_BUFFER), 4 * ports.length);
  const bytes = contents(call, ports, capacity);
  const spec = args.value('ptr');
  if (spec !== undefined) {
    const pointer = process.memory.pointer(spec, bytes.subarray(0, capacity));
    return written(process.write(fd, pointer, size));
  }
  const buffer = process.memory.allocate(bytes.length);
  buffer.bytes.set(bytes);
  try {
    return written(process.write(fd, buffer.address, size));
  } finally {
    process.memory.free(buffer);
  }
}

function writev(call: StepCall): string {
  const { process } = call;
  const { fd } = handleOf(call);
  const ports = portList(call, 2);
  const lengths = segmentLengths(call);
  const total = lengths.reduce((sum, length) => sum + Math.max(0, length), 0);
  const buffer = process.memory.allocate(Math.max(VECTORED_BUFFER, Math.min(total, MAX_BUFFER)));
  try {
    for (const [i, port] of ports.entries()) storeAt(buffer.bytes, i * 4, port);
    let { address } = buffer;
    const vectors = lengths.map((length) => {
      const vector = { address, length };
      address += length;
      return vector;
    });
    const rc = checkSegments(process.file(fd), WRITABLE, vectors);
    return written(rc < 0 ? rc : process.writev(fd, vectors));
  } finally {
    process.memory.free(buffer);
  }
}

/** Enabling ports again. */
export const writing: StepTable = { write, writev };
