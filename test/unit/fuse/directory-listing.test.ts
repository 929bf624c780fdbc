import { describe, expect, it } from 'vitest';
import { ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { decode } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { walk } from './served-device.js';

const EINVAL = -22;
const ENOTDIR = -20;
const ESTALE = -116;
/** DT_DIR and DT_REG. */
const FOLDER = 4;
const FILE = 8;

interface Entry {
  readonly ino: bigint;
  readonly off: bigint;
  readonly name: string;
  readonly type: number;
}

/** The entries of a READDIR's answer, as a kernel walks through them (`parse_dirfile`). */
function parse(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { ino, off, namelen, type } = decode('dirent', bytes, at);
    expect(namelen).toBeGreaterThan(0);
    const length = (24 + namelen + 7) & ~7;
    expect(at + length).toBeLessThanOrEqual(bytes.length);
    const name = String.fromCharCode(...bytes.subarray(at + 24, at + 24 + namelen));
    expect([...bytes.subarray(at + 24 + namelen, at + length)].every((byte) => byte === 0)).toBe(
      true,
    );
    entries.push({ ino, off, name, type });
    at += length;
  }
  return entries;
}

/** Reads a folder to its end, with so many bytes each time. */
function list(kernel: KernelSide, folder: bigint, size: number): Entry[] {
  const entries: Entry[] = [];
  for (;;) {
    const offset = entries.at(-1)?.off ?? 0n;
    const { body } = kernel.succeed(fuse.readdir(folder, offset, size));
    expect(body.length).toBeLessThanOrEqual(size);
    if (body.length === 0) return entries;
    entries.push(...parse(body));
  }
}

describe('READDIR', () => {
  it('lists a folder: itself, the one above it, and what is in it', () => {
    const kernel = new KernelSide();
    const root = list(kernel, ROOT, 4096);
    expect(root.map(({ name, type }) => [name, type])).toEqual([
      ['.', FOLDER],
      ['..', FOLDER],
      ['server', FILE],
      ['state', FILE],
      ['metrics', FILE],
      ['trace', FILE],
      ['0', FOLDER],
      ['7', FOLDER],
    ]);
    const folder = walk(kernel, '7');
    expect(list(kernel, folder, 4096).map(({ name, type }) => [name, type])).toEqual([
      ['.', FOLDER],
      ['..', FOLDER],
      ['evtchn', FILE],
      ['channels', FILE],
      ['files', FILE],
      ['state', FILE],
      ['notify', FILE],
      ['virq', FILE],
    ]);
  });

  it('names the nodes LOOKUP gives', () => {
    const kernel = new KernelSide();
    const [self, above, ...rest] = list(kernel, walk(kernel, '7'), 4096);
    expect([self!.ino, above!.ino]).toEqual([walk(kernel, '7'), ROOT]);
    for (const { name, ino } of rest) expect(ino).toBe(walk(kernel, `7/${name}`));
  });

  it('gives the same whatever fits at a time', () => {
    const kernel = new KernelSide();
    for (let domid = 100; domid < 120; domid++) kernel.succeed(fuse.mkdir(ROOT, String(domid)));
    const whole = list(kernel, ROOT, 0xffffffff);
    expect(whole).toHaveLength(28);
    for (const size of [32, 33, 39, 40, 56, 64, 100, 511, 4096, 65536, 0x7fffffff]) {
      expect(list(kernel, ROOT, size)).toEqual(whole);
    }
  });

  it('gives nothing where no entry fits', () => {
    const kernel = new KernelSide();
    for (const size of [0, 1, 23, 24, 31]) {
      expect(kernel.succeed(fuse.readdir(ROOT, 0, size)).body).toHaveLength(0);
    }
    expect(parse(kernel.succeed(fuse.readdir(ROOT, 0, 32)).body)).toHaveLength(1);
  });

  it('gives nothing beyond the end', () => {
    const kernel = new KernelSide();
    for (const offset of [8, 9, 1000, 1n << 31n, 1n << 32n, 1n << 63n, (1n << 64n) - 1n]) {
      expect(kernel.succeed(fuse.readdir(ROOT, offset, 4096)).body).toHaveLength(0);
    }
    expect(kernel.succeed(fuse.readdir(ROOT, 7, 4096)).body).toHaveLength(32);
  });

  it('of a folder with more than fits in a reply gives it in parts', () => {
    // Made before the tree, with neither kernel nor device: only their folders are looked at.
    const kernel = new KernelSide({
      domains: [],
      prepare: (host) => {
        for (let domid = 0; domid < 30_000; domid++) host.createDomain({ domid, kernel: false });
      },
    });
    const { body } = kernel.succeed(fuse.readdir(ROOT, 0, 1 << 21));
    expect(body.length).toBeLessThanOrEqual(1 << 20);
    const entries = list(kernel, ROOT, 1 << 21);
    expect(entries.map(({ name }) => name).slice(6)).toEqual(
      Array.from({ length: 30_000 }, (_, i) => String(i)),
    );
  });

  it('of what is no folder is ENOTDIR, of nothing ESTALE; opening it too', () => {
    const kernel = new KernelSide();
    for (const path of ['server', '0/evtchn', '0/channels']) {
      expect(kernel.ask(fuse.readdir(walk(kernel, path), 0, 4096)).error).toBe(ENOTDIR);
      expect(kernel.ask(fuse.opendir(walk(kernel, path))).error).toBe(ENOTDIR);
    }
    expect(kernel.ask(fuse.readdir(99n, 0, 4096)).error).toBe(ESTALE);
    expect(kernel.ask(fuse.opendir(99n)).error).toBe(ESTALE);
  });

  it('that is cut short is EINVAL', () => {
    const kernel = new KernelSide();
    const { opcode, node, body } = fuse.readdir(ROOT, 0, 4096);
    for (let length = 0; length < body.length; length++) {
      expect(kernel.ask(fuse.request(opcode, node, body.subarray(0, length))).error).toBe(EINVAL);
    }
  });

  it('of a domain that was removed still has its dots', () => {
    const kernel = new KernelSide();
    const folder = walk(kernel, '7');
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    expect(list(kernel, folder, 4096).map(({ name }) => name)).toEqual(['.', '..']);
  });
});

describe('OPENDIR', () => {
  it('needs no state: every folder opens, and closes', () => {
    const kernel = new KernelSide();
    for (const node of [ROOT, walk(kernel, '0')]) {
      expect(kernel.succeed(fuse.opendir(node)).as('open_out')).toEqual({
        fh: 0n,
        open_flags: 0,
        padding: 0,
      });
      expect(kernel.succeed(fuse.releasedir(node)).body).toHaveLength(0);
    }
  });
});
