// constant-server.c once more, for Node: node constant-server.js MOUNTPOINT. It answers `evtchn` with the same constants,
// by the way that the project's server talks to the kernel: so it costs what Node and koffi cost, without a device.
import { EINTR, ENODEV, ENOENT, ENOSYS } from '../../src/abi/errno.js';
import { negotiate } from '../../src/fuse/negotiation.js';
import {
  FUSE_BATCH_FORGET,
  FUSE_FORGET,
  FUSE_GETATTR,
  FUSE_INIT,
  FUSE_INTERRUPT,
  FUSE_IOCTL,
  FUSE_LOOKUP,
  FUSE_OPEN,
  FUSE_READ,
  FUSE_RELEASE,
  FUSE_WRITE,
} from '../../src/fuse/opcode.js';
import {
  FOPEN_DIRECT_IO,
  FOPEN_NOFLUSH,
  FOPEN_NONSEEKABLE,
  FOPEN_PARALLEL_DIRECT_WRITES,
  FOPEN_STREAM,
  FUSE_ROOT_ID,
  S_IFDIR,
  S_IFREG,
} from '../../src/fuse/protocol.js';
import { Reply } from '../../src/fuse/reply.js';
import { Request } from '../../src/fuse/request.js';
import { readDescriptor, writeDescriptor } from '../../src/native/descriptor.js';
import { lastErrno } from '../../src/native/libc.js';
import { mountFuse } from '../../src/native/mount.js';
import { ProcessMemory } from '../../src/native/process-memory.js';

const EVTCHN = 2;
const PORT = 1;
const OPEN_FLAGS =
  FOPEN_DIRECT_IO | FOPEN_NONSEEKABLE | FOPEN_STREAM | FOPEN_NOFLUSH | FOPEN_PARALLEL_DIRECT_WRITES;

const mountpoint = process.argv[2]!;
const fuse = mountFuse({ mountpoint, owner: { uid: 0, gid: 0 } });
const memory = new ProcessMemory();
const request = new Request();
const reply = new Reply((bytes, length) => {
  if (writeDescriptor(fuse, bytes, length) < 0) tolerate('write', ENOENT);
});

/** Passes over what is in the order of things. @throws Error for the rest */
function tolerate(what: string, ...errnos: readonly number[]): void {
  const errno = lastErrno();
  if (!errnos.includes(errno)) throw new Error(`${what} /dev/fuse: errno ${errno}`);
}

/** Answers with a structure of so many bytes that is zero but for some words. */
function answer(length: number, words: Readonly<Record<number, number>>): void {
  reply.clear(length);
  for (const [index, value] of Object.entries(words)) reply.setWord(Number(index), value);
  reply.send(request, length);
}

function dispatch(): void {
  switch (request.opcode) {
    case FUSE_READ:
      reply.setWord(0, PORT);
      reply.send(request, 4);
      break;
    case FUSE_WRITE:
      reply.setWord(0, request.word(4));
      reply.setWord(1, 0);
      reply.send(request, 8);
      break;
    case FUSE_IOCTL:
      reply.clear(16);
      reply.setWord(0, memory.read(request.pid, request.word(4), request.word(5), 4));
      reply.send(request, 16);
      break;
    default:
      dispatchRare();
  }
}

function dispatchRare(): void {
  switch (request.opcode) {
    case FUSE_INIT:
      negotiate(request, reply);
      process.stdout.write(`serving ${mountpoint}\n`);
      break;
    case FUSE_LOOKUP:
      answer(128, { 0: EVTCHN, 10: EVTCHN, 25: S_IFREG | 0o600, 26: 1 });
      break;
    case FUSE_GETATTR: {
      const mode = request.nodeId === FUSE_ROOT_ID ? S_IFDIR | 0o755 : S_IFREG | 0o600;
      answer(104, { 4: request.nodeId, 19: mode, 20: 1 });
      break;
    }
    case FUSE_OPEN:
      answer(16, { 2: OPEN_FLAGS });
      break;
    case FUSE_RELEASE:
      reply.send(request, 0);
      break;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
      break;
    default:
      reply.fail(request, -ENOSYS);
  }
}

for (;;) {
  request.length = readDescriptor(fuse, request.bytes, request.bytes.length);
  if (request.length >= 0) dispatch();
  else if (lastErrno() === ENODEV) break;
  else tolerate('read', EINTR, ENOENT);
}
