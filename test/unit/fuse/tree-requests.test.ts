import { describe, expect, it } from 'vitest';
import { FOPEN, OP, ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { ServedDevice, walk } from './served-device.js';

const ENOENT = -2;
const EBADF = -9;
const EACCES = -13;
const EISDIR = -21;
const EINVAL = -22;
const ENODEV = -19;

function openText(kernel: KernelSide, path: string): fuse.OpenedFile {
  const node = walk(kernel, path);
  return { node, fh: kernel.succeed(fuse.open(node, 0)).as('open_out').fh };
}

describe('a text', () => {
  it('opens past the cache, and reads as what it says', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, 'server');
    const { fh, open_flags } = kernel.succeed(fuse.open(node, 0)).as('open_out');
    expect(open_flags).toBe(FOPEN.DIRECT_IO | FOPEN.NOFLUSH);
    expect(kernel.succeed(fuse.read({ node, fh }, 4096)).text).toBe('version 1.2.3\n');
  });

  it('is read from any place on, in parts of any size', () => {
    const kernel = new KernelSide();
    const text = 'version 1.2.3\n';
    const file = openText(kernel, 'server');
    for (const size of [1, 2, 3, 5, 13, 14, 15, 4096, 0xffffffff]) {
      let read = '';
      for (;;) {
        const part = kernel.succeed(fuse.read(file, size, 0, read.length)).text;
        expect(part.length).toBeLessThanOrEqual(size);
        if (part === '') break;
        read += part;
      }
      expect(read).toBe(text);
    }
    for (const offset of [14, 15, 1n << 31n, 1n << 32n, 1n << 53n, 1n << 63n, (1n << 64n) - 1n]) {
      expect(kernel.succeed(fuse.read(file, 4096, 0, offset)).body).toHaveLength(0);
    }
    expect(kernel.succeed(fuse.read(file, 0)).body).toHaveLength(0);
  });

  it('that is longer than a reply is read in parts', () => {
    const text = Array.from({ length: 200_000 }, (_, i) => `${i}\n`).join('');
    const kernel = new KernelSide({ contents: { server: () => text } });
    const file = openText(kernel, 'server');
    const first = kernel.succeed(fuse.read(file, 1 << 21)).text;
    expect(first).toBe(text.slice(0, 1 << 20));
    expect(kernel.succeed(fuse.read(file, 1 << 21, 0, 1 << 20)).text).toBe(text.slice(1 << 20));
  });

  it('shows what was true when it was opened, each opening for itself', () => {
    let count = 0;
    const kernel = new KernelSide({ contents: { server: () => `${++count}\n` } });
    const files = [1, 2, 3].map(() => openText(kernel, 'server'));
    expect(new Set(files.map(({ fh }) => fh)).size).toBe(3);
    count = 100;
    for (const i of [2, 0, 1, 0]) {
      expect(kernel.succeed(fuse.read(files[i]!, 10)).text).toBe(`${i + 1}\n`);
    }
    kernel.succeed(fuse.release(files[1]!));
    expect(kernel.ask(fuse.read(files[1]!, 10)).error).toBe(EBADF);
    expect(kernel.succeed(fuse.read(files[2]!, 10)).text).toBe('3\n');
    expect(kernel.succeed(fuse.read(openText(kernel, 'server'), 10)).text).toBe('101\n');
  });

  it('is told apart from a device with the same number', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    const text = openText(kernel, 'server');
    expect(text.fh & 0xffff_ffffn).toBe(device.fh);
    kernel.succeed(fuse.release(text));
    expect(device.bindUnbound(7)).toBeGreaterThan(0);
    device.release();
    expect(kernel.ask(fuse.release(text)).error).toBe(EBADF);
  });

  it('is for reading only', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, 'server');
    for (const flags of [1, 2, 3, 0xffffffff]) {
      expect(kernel.ask(fuse.open(node, flags)).error).toBe(EACCES);
    }
    const file = openText(kernel, 'server');
    expect(kernel.ask(fuse.write(file, words(1))).error).toBe(EBADF);
    expect(kernel.succeed(fuse.open(node, 0o4000)).body).toHaveLength(16);
  });

  it('has bytes as they are, beyond ASCII too', () => {
    const kernel = new KernelSide({ contents: { server: () => 'a\xe9\xff\0b' } });
    const file = openText(kernel, 'server');
    expect([...kernel.succeed(fuse.read(file, 10)).body]).toEqual([0x61, 0xe9, 0xff, 0, 0x62]);
  });

  it('is closed once', () => {
    const kernel = new KernelSide();
    const file = openText(kernel, 'server');
    expect(kernel.succeed(fuse.release(file)).body).toHaveLength(0);
    expect(kernel.ask(fuse.release(file)).error).toBe(EBADF);
    expect(kernel.ask(fuse.read(file, 10)).error).toBe(EBADF);
  });
});

describe('OPEN', () => {
  it('of a folder is EISDIR, of nothing ENOENT', () => {
    const kernel = new KernelSide();
    expect(kernel.ask(fuse.open(ROOT, 0)).error).toBe(EISDIR);
    expect(kernel.ask(fuse.open(walk(kernel, '0'), 0)).error).toBe(EISDIR);
    for (const node of [0n, 99n, 1n << 63n]) {
      expect(kernel.ask(fuse.open(node, 0)).error).toBe(ENOENT);
    }
  });

  it('cut short is EINVAL, and opens nothing', () => {
    const kernel = new KernelSide();
    for (const path of ['server', '0/evtchn', '0']) {
      const { opcode, node, body } = fuse.open(walk(kernel, path), 0);
      for (let length = 0; length < body.length; length++) {
        expect(kernel.ask(fuse.request(opcode, node, body.subarray(0, length))).error).toBe(EINVAL);
      }
    }
    expect([...kernel.session.devices.open()]).toEqual([]);
  });

  it('of the device of a domain in which nothing runs is ENODEV', () => {
    const kernel = new KernelSide({
      prepare: (host) => host.createDomain({ domid: 3, kernel: false }),
    });
    expect(kernel.ask(fuse.open(walk(kernel, '3/evtchn'), 2)).error).toBe(ENODEV);
    expect(kernel.ask(fuse.open(walk(kernel, '3/channels'), 0)).error).toBe(0);
  });

  it('keeps who opened it: process, name and user', () => {
    const kernel = new KernelSide();
    kernel.names.set(4711, 'xenstored');
    const node = walk(kernel, '0/evtchn');
    kernel.succeed({ ...fuse.open(node, 2), pid: 4711, uid: 33 });
    const [handle] = [...kernel.session.devices.open()];
    expect(handle!.opener).toEqual({ pid: 4711, comm: 'xenstored', uid: 33 });
  });
});

describe('FORGET', () => {
  it('cut short forgets nothing', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '7');
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    const { size } = kernel.tree;
    const { opcode, body } = fuse.forget(node, 99);
    for (let length = 0; length < body.length; length++) {
      kernel.send(fuse.request(opcode, node, body.subarray(0, length)));
    }
    const batch = fuse.batchForget([[node, 99]]);
    for (let length = 0; length < batch.body.length; length++) {
      kernel.send(fuse.request(OP.BATCH_FORGET, 0n, batch.body.subarray(0, length)));
    }
    expect(kernel.tree.size).toBe(size);
    expect(kernel.messages()).toEqual([]);
    kernel.send(batch);
    expect(kernel.tree.size).toBe(size - 1);
  });

  it('in a batch goes by the count, as far as there are entries', () => {
    for (const count of [0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff]) {
      const kernel = new KernelSide();
      const nodes = ['7', '7/evtchn'].map((path) => walk(kernel, path));
      kernel.succeed(fuse.rmdir(ROOT, '7'));
      const { size } = kernel.tree;
      kernel.send(
        fuse.batchForget(
          nodes.map((node) => [node, 2] as const),
          count,
        ),
      );
      expect(kernel.tree.size).toBe(size - Math.min(count, 2));
      expect(kernel.messages()).toEqual([]);
    }
  });

  it('in a batch takes the last bytes of a full buffer', () => {
    const kernel = new KernelSide();
    const node = walk(kernel, '7');
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    const { size } = kernel.tree;
    // Header and count take the room of three entries.
    const room = kernel.session.request.bytes.length / 16 - 3;
    const entries = Array.from({ length: room - 1 }, () => [99n, 1] as const);
    kernel.send(fuse.batchForget([...entries, [node, 1]]));
    expect(kernel.tree.size).toBe(size - 1);
  });
});
