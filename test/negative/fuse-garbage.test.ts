/**
 * Random bytes, and requests with random and absurd values in every field. Whatever comes, there is no exception and just one
 * reply, well formed (or none where FUSE has none, and none yet for a read that waits); and afterwards everything works.
 *
 * The seed is random and printed; MODEL_SEED=n repeats a run. MODEL_SCALE=n makes n times as many requests.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPrograms } from '../model/seeded-check.js';
import { OP, STRUCTS, type StructName } from '../unit/fuse/fuse-header.js';
import * as fuse from '../unit/fuse/fuse-request.js';
import { concat, encode, sizeOf } from '../unit/fuse/fuse-struct.js';
import type { KernelSide } from '../unit/fuse/kernel-side.js';
import { readText } from '../unit/fuse/served-text.js';
import { FUSE_CASES } from './fuse-requests.js';
import { FuseWorld, proveAlive } from './fuse-world.js';

const EINTR = -4;
const TIME_LIMIT = 120_000;
const SILENT: readonly number[] = [OP.FORGET, OP.BATCH_FORGET, OP.INTERRUPT, OP.NOTIFY_REPLY];

/** Numbers where things break, if they do. */
const EDGES = [
  0n,
  1n,
  2n,
  3n,
  4n,
  5n,
  23n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x10000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_fffen,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x1_0000_0001n,
  (1n << 53n) - 1n,
  1n << 53n,
  1n << 63n,
  (1n << 64n) - 1n,
] as const;

/**
 * Passes bytes on and looks at what came of them.
 * @throws Error if that is not what FUSE has for them
 */
function feed(kernel: KernelSide, bytes: Uint8Array): void {
  const isRequest = kernel.feed(bytes);
  const messages = kernel.messages();
  if (!isRequest) {
    if (messages.length > 0) throw new Error('an answer to what is no request');
    return;
  }
  const { opcode, unique } = header(bytes);
  // Should it be answered twice, or without having a reply, the kernel's side throws: nobody waits for such an answer.
  if (SILENT.includes(opcode) || opcode === OP.READ) return;
  if (!messages.some((each) => each.unique === unique)) throw new Error(`${unique} has no answer`);
}

function header(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { opcode: view.getUint32(4, true), unique: view.getBigUint64(8, true) };
}

/** Every read that waits is interrupted; then nobody may wait, and everything works. */
function end(kernel: KernelSide): void {
  kernel.messages();
  // Several may wait under one number, should the bytes have had it so: each takes an INTERRUPT of its own.
  for (let [unique] = kernel.waiting; unique !== undefined; [unique] = kernel.waiting) {
    kernel.send(fuse.interrupt(unique));
    const answers = kernel.messages().map((each) => `${each.unique} ${each.error}`);
    if (answers.join() !== `${unique} ${EINTR}`) throw new Error(`${unique} waits for ever`);
  }
  for (const { domid } of kernel.host.domains()) {
    for (const name of ['channels', 'files']) readText(kernel, `${domid}/${name}`);
  }
  proveAlive(kernel);
}

/** The structure each request begins with. */
const BODIES: readonly (readonly [number, StructName])[] = [
  [OP.FORGET, 'forget_in'],
  [OP.BATCH_FORGET, 'batch_forget_in'],
  [OP.GETATTR, 'getattr_in'],
  [OP.SETATTR, 'setattr_in'],
  [OP.MKDIR, 'mkdir_in'],
  [OP.OPEN, 'open_in'],
  [OP.OPENDIR, 'open_in'],
  [OP.READDIR, 'read_in'],
  [OP.READ, 'read_in'],
  [OP.WRITE, 'write_in'],
  [OP.IOCTL, 'ioctl_in'],
  [OP.POLL, 'poll_in'],
  [OP.RELEASE, 'release_in'],
  [OP.RELEASEDIR, 'release_in'],
  [OP.INTERRUPT, 'interrupt_in'],
  [OP.INIT, 'init_in'],
  [OP.FSYNC, 'fsync_in'],
  [OP.FALLOCATE, 'fallocate_in'],
  [OP.CREATE, 'create_in'],
];

describe('every field of every request', () => {
  for (const [opcode, struct] of BODIES) {
    const name = Object.entries(OP).find(([, number]) => number === opcode)![0];
    it(`${name}: with every number where things break`, () => {
      const world = new FuseWorld();
      const { kernel, back, front, text } = world;
      let unique = 1n << 40n;
      const tail = concat(encode('forget_one', { nodeid: 5, nlookup: 1 }), new Uint8Array(9));
      for (const field of Object.keys(STRUCTS[struct])) {
        for (const edge of EDGES) {
          for (const node of [1n, back.node, text.node, edge]) {
            for (const fh of [back.fh, front.fh, text.fh]) {
              const values = { fh, [field]: edge };
              unique += 2n;
              const request = fuse.request(opcode, node, encode(struct, values), tail);
              feed(kernel, fuse.requestBytes(request, unique));
            }
          }
        }
      }
      end(kernel);
    });
  }

  it('the header of every request: node, user, group, process', () => {
    for (const { make, silent = false } of FUSE_CASES) {
      const world = new FuseWorld();
      const { kernel } = world;
      const request = make(world);
      for (const edge of EDGES) {
        const id = Number(edge & 0xffff_ffffn);
        for (const changed of [{ node: edge }, { uid: id }, { gid: id }, { pid: id }]) {
          const unique = kernel.send({ ...request, ...changed });
          const answers = kernel.messages().filter((each) => each.unique === unique);
          if (request.opcode !== OP.READ) expect(answers).toHaveLength(silent ? 0 : 1);
        }
      }
      end(kernel);
    }
  });

  it('names of every kind and length', () => {
    const world = new FuseWorld();
    const { kernel } = world;
    const names = ['', '.', '..', '/', '\xff', '0', '8', '\x01', '%s', '__proto__', 'constructor'];
    for (let length = 1; length <= 16_000; length = length * 2 + 1) names.push('x'.repeat(length));
    for (const text of names) {
      for (const folder of [1n, world.back.node, world.text.node, 3n]) {
        kernel.ask(fuse.lookup(folder, text));
        kernel.ask(fuse.mkdir(folder, text));
        kernel.ask(fuse.rmdir(folder, text));
        kernel.ask(fuse.create(folder, text));
      }
    }
    end(kernel);
  });
});

/** A number, often of those that mean something. */
const number = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 12 }) },
  { weight: 2, arbitrary: fc.constantFrom(...EDGES).map((edge) => Number(edge & 0xffff_ffffn)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0x44500, 0x84501, 0x44502, 0x44503, 0x44504, 0x4505, 0x24506),
  },
  { weight: 1, arbitrary: fc.nat(0xffffffff) },
);

const opcode = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...BODIES.map(([each]) => each)) },
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(OP)) },
  { weight: 1, arbitrary: fc.nat(0xffffffff) },
);

/** A request with nothing right in it but, mostly, its length. */
const nonsense = fc
  .record({
    opcode,
    unique: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
    node: fc.oneof(fc.bigInt({ min: 0n, max: 16n }), fc.constantFrom(...EDGES)),
    ids: fc.tuple(number, number, number),
    body: fc.array(number, { maxLength: 40 }),
    tail: fc.uint8Array({ maxLength: 12 }),
    lie: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: number }),
  })
  .map(({ opcode: code, unique, node, ids, body, tail, lie }) => {
    const [uid, gid, pid] = ids;
    const bodyBytes = new Uint8Array(Uint32Array.from(body).buffer);
    const request = { opcode: code, node, body: concat(bodyBytes, tail), uid, gid, pid };
    const bytes = fuse.requestBytes(request, unique);
    new DataView(bytes.buffer).setUint32(0, bytes.length + lie, true);
    return bytes;
  });

/** A right request of the world's own files with a few bytes changed. */
const mutation = fc.record({
  which: fc.nat(FUSE_CASES.length - 1),
  changes: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }),
  cut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(60) }),
});

describe('random bytes', () => {
  const leftOver = fc.constantFrom(0xa5, 0, 0xff);

  it('of any length are answered or passed over, and harm nothing', { timeout: TIME_LIMIT }, () => {
    const programs = fc.tuple(
      leftOver,
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 200, size: 'max' }),
    );
    checkPrograms('random bytes', programs, 20_000, ([left, list]) => {
      const { kernel } = new FuseWorld();
      kernel.leftOver = left;
      for (const bytes of list) feed(kernel, bytes);
      end(kernel);
      return list.length + 1;
    });
  });

  it('that look like requests are too', { timeout: TIME_LIMIT }, () => {
    const programs = fc.tuple(leftOver, fc.array(nonsense, { maxLength: 200, size: 'max' }));
    checkPrograms('nonsense', programs, 30_000, ([left, list]) => {
      const { kernel } = new FuseWorld();
      kernel.leftOver = left;
      for (const bytes of list) feed(kernel, bytes);
      end(kernel);
      return list.length + 1;
    });
  });

  it('in requests that were right are too', { timeout: TIME_LIMIT }, () => {
    const programs = fc.array(mutation, { maxLength: 200, size: 'max' });
    checkPrograms('mutations', programs, 20_000, (list) => {
      const world = new FuseWorld();
      let unique = 1n << 40n;
      for (const { which, changes, cut } of list) {
        unique += 2n;
        const bytes = fuse.requestBytes(FUSE_CASES[which]!.make(world), unique);
        const length = Math.max(0, bytes.length - cut);
        // The length is right again; everything else may be what it likes.
        for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
        if (length >= 40) new DataView(bytes.buffer).setUint32(0, length, true);
        feed(world.kernel, bytes.subarray(0, length));
      }
      end(world.kernel);
      return list.length + 1;
    });
  });
});

describe('a structure of this file', () => {
  it('is as large as the header says, so that its fields are where they should be', () => {
    const sizes = Object.fromEntries(BODIES.map(([, struct]) => [struct, sizeOf(struct)]));
    expect(sizes).toEqual({
      forget_in: 8,
      batch_forget_in: 8,
      getattr_in: 16,
      setattr_in: 88,
      mkdir_in: 8,
      open_in: 8,
      read_in: 40,
      write_in: 40,
      ioctl_in: 32,
      poll_in: 24,
      release_in: 24,
      interrupt_in: 8,
      init_in: 64,
      fsync_in: 16,
      fallocate_in: 32,
      create_in: 16,
    });
  });
});
