import { describe, expect, it } from 'vitest';
import { ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { KernelSide } from './kernel-side.js';
import { connect, ServedDevice, walk } from './served-device.js';

const EPERM = -1;
const ENOENT = -2;
const EEXIST = -17;
const ENOTDIR = -20;
const EINVAL = -22;
const ESTALE = -116;

function domids(kernel: KernelSide): number[] {
  return [...kernel.host.domains()].map(({ domid }) => domid);
}

describe('the tree', () => {
  it('has a folder for each domain with its device and files, and who may do what', () => {
    const kernel = new KernelSide();
    const root = ['server', 'state', 'metrics', 'trace', '0', '7'];
    const folder = ['evtchn', 'channels', 'files', 'state', 'notify', 'virq'];
    const modes = [...root, ...folder.map((name) => `7/${name}`)].map((path) => {
      const { mode, uid, gid } = kernel.succeed(fuse.getattr(walk(kernel, path))).as('attr_out');
      return `${path} ${mode.toString(8)} ${uid} ${gid}`;
    });
    expect(modes).toEqual([
      'server 100444 1000 100',
      'state 100400 1000 100',
      'metrics 100400 1000 100',
      'trace 100400 1000 100',
      '0 40755 1000 100',
      '7 40755 1000 100',
      '7/evtchn 100600 1000 100',
      '7/channels 100400 1000 100',
      '7/files 100400 1000 100',
      '7/state 100400 1000 100',
      '7/notify 100200 1000 100',
      '7/virq 100200 1000 100',
    ]);
  });

  it('gives devices the mode that was asked for, those of new domains too', () => {
    const kernel = new KernelSide({ tree: { deviceMode: 0o666 } });
    kernel.succeed(fuse.mkdir(ROOT, '12'));
    for (const path of ['0/evtchn', '12/evtchn']) {
      const { mode } = kernel.succeed(fuse.getattr(walk(kernel, path))).as('attr_out');
      expect(mode).toBe(0o100666);
    }
    // The texts stay the owner's.
    const { mode } = kernel.succeed(fuse.getattr(walk(kernel, '12/files'))).as('attr_out');
    expect(mode).toBe(0o100400);
  });
});

describe('LOOKUP', () => {
  it('finds what is there, by its whole name', () => {
    const kernel = new KernelSide();
    for (const name of ['', 'serve', 'server2', 'Server', '00', '1', '-0', '0 ', '.', '..', '/']) {
      expect(kernel.ask(fuse.lookup(ROOT, name)).error).toBe(ENOENT);
    }
    expect(kernel.ask(fuse.lookup(ROOT, '0/evtchn')).error).toBe(ENOENT);
  });

  it('in what is no folder is ENOTDIR, in what is nothing ESTALE', () => {
    const kernel = new KernelSide();
    for (const path of ['server', '0/evtchn', '0/files']) {
      expect(kernel.ask(fuse.lookup(walk(kernel, path), 'x')).error).toBe(ENOTDIR);
    }
    for (const node of [0n, 99n, 1n << 32n, (1n << 32n) + 1n, 1n << 63n, (1n << 64n) - 1n]) {
      expect(kernel.ask(fuse.lookup(node, 'server')).error).toBe(ESTALE);
    }
  });
});

describe('MKDIR', () => {
  it('makes a domain, with a device that works', () => {
    const kernel = new KernelSide();
    const entry = kernel.succeed(fuse.mkdir(ROOT, '32751')).as('entry_out');
    expect(entry).toMatchObject({ mode: 0o40755, nlink: 1, entry_valid: 0n, attr_valid: 0n });
    expect(entry.nodeid).toBe(walk(kernel, '32751'));
    expect(domids(kernel)).toEqual([0, 7, 32751]);
    const back = new ServedDevice(kernel, 0);
    const front = new ServedDevice(kernel, 32751);
    const { port, otherPort } = connect(back, 0, front, 32751);
    expect(front.notify(otherPort)).toBe(0);
    expect(back.read()).toEqual([port]);
  });

  it('of what is there is EEXIST', () => {
    const kernel = new KernelSide();
    for (const name of ['0', '7', 'server']) {
      expect(kernel.ask(fuse.mkdir(ROOT, name)).error).toBe(EEXIST);
    }
    kernel.host.createDomain({ domid: 9 });
    // Made by other means, and so not shown; but there.
    expect(kernel.ask(fuse.mkdir(ROOT, '9')).error).toBe(EEXIST);
  });

  it('of what is no domain in plain decimal is EINVAL, and makes nothing', () => {
    const kernel = new KernelSide();
    const names = [
      '',
      '32752',
      '32767',
      '65535',
      '65536',
      '99999',
      '100000',
      '4294967297',
      '00',
      '01',
      '007',
      '-1',
      '+1',
      '1.0',
      '1e3',
      '0x10',
      ' 1',
      '1 ',
      '1\n',
      '١',
      'x',
      'evtchn',
      '.',
      '..',
      '1/2',
      '/1',
      'Infinity',
      'NaN',
      '\xff',
      '9'.repeat(255),
    ];
    for (const name of names) expect(kernel.ask(fuse.mkdir(ROOT, name)).error).toBe(EINVAL);
    expect(domids(kernel)).toEqual([0, 7]);
  });

  it('below the root is EPERM, whatever the name', () => {
    const kernel = new KernelSide();
    for (const path of ['0', '0/evtchn', 'server']) {
      for (const name of ['5', 'evtchn', 'x']) {
        expect(kernel.ask(fuse.mkdir(walk(kernel, path), name)).error).toBe(EPERM);
      }
    }
    expect(kernel.ask(fuse.mkdir(77n, '5')).error).toBe(ESTALE);
    expect(domids(kernel)).toEqual([0, 7]);
  });
});

describe('RMDIR', () => {
  it('destroys the domain', () => {
    const kernel = new KernelSide();
    const domain = kernel.host.domain(7)!;
    expect(kernel.succeed(fuse.rmdir(ROOT, '7')).body).toHaveLength(0);
    expect(domain.destroyed).toBe(true);
    expect(domids(kernel)).toEqual([0]);
    expect(kernel.ask(fuse.rmdir(ROOT, '7')).error).toBe(ENOENT);
  });

  it('may take every domain, and all may come back', () => {
    const kernel = new KernelSide();
    for (const name of ['0', '7']) kernel.succeed(fuse.rmdir(ROOT, name));
    expect(domids(kernel)).toEqual([]);
    for (const name of ['7', '0']) kernel.succeed(fuse.mkdir(ROOT, name));
    expect(domids(kernel)).toEqual([7, 0]);
    expect(new ServedDevice(kernel, 0).bindUnbound(7)).toBeGreaterThan(0);
  });

  it('of anything else is refused', () => {
    const kernel = new KernelSide();
    expect(kernel.ask(fuse.rmdir(ROOT, 'server')).error).toBe(ENOTDIR);
    expect(kernel.ask(fuse.rmdir(ROOT, '1')).error).toBe(ENOENT);
    expect(kernel.ask(fuse.rmdir(ROOT, '')).error).toBe(ENOENT);
    expect(kernel.ask(fuse.rmdir(walk(kernel, '0'), 'evtchn')).error).toBe(ENOTDIR);
    expect(kernel.ask(fuse.rmdir(walk(kernel, '0'), '7')).error).toBe(ENOENT);
    expect(kernel.ask(fuse.rmdir(walk(kernel, 'server'), '7')).error).toBe(ENOTDIR);
    expect(kernel.ask(fuse.rmdir(99n, '7')).error).toBe(ESTALE);
    expect(domids(kernel)).toEqual([0, 7]);
  });
});

describe('what the kernel knows of', () => {
  /** What there is without the kernel knowing more than the root: that, its four files, and seven for each domain. */
  const AT_FIRST = 5 + 2 * 7;

  it('stays until it has forgotten all it was told', () => {
    const kernel = new KernelSide();
    expect(kernel.tree.size).toBe(AT_FIRST);
    const folder = walk(kernel, '7');
    const device = walk(kernel, '7/evtchn');
    // The folder was told twice by now, the device once.
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    expect(kernel.tree.size).toBe(AT_FIRST - 5);
    kernel.send(fuse.forget(folder, 1));
    expect(kernel.tree.size).toBe(AT_FIRST - 5);
    expect(kernel.ask(fuse.getattr(folder)).error).toBe(0);
    kernel.send(fuse.forget(folder, 1));
    expect(kernel.tree.size).toBe(AT_FIRST - 6);
    expect(kernel.ask(fuse.getattr(folder)).error).toBe(ESTALE);
    kernel.send(fuse.forget(device, 1));
    expect(kernel.tree.size).toBe(AT_FIRST - 7);
    expect(kernel.messages()).toEqual([]);
  });

  it('is back to what it was after any number of domains came and went', () => {
    const kernel = new KernelSide();
    let last = 0n;
    for (let i = 0; i < 200; i++) {
      const made = kernel.succeed(fuse.mkdir(ROOT, '12')).as('entry_out').nodeid;
      expect(made).toBeGreaterThan(last);
      last = made;
      const files = ['evtchn', 'channels', 'files'].map(
        (name) => kernel.succeed(fuse.lookup(made, name)).as('entry_out').nodeid,
      );
      kernel.succeed(fuse.lookup(ROOT, '12'));
      if (i % 2 === 0) kernel.succeed(fuse.rmdir(ROOT, '12'));
      // Told once by MKDIR, once by LOOKUP.
      if (i % 3 === 0) {
        kernel.send(fuse.forget(made, 2));
        for (const file of files) kernel.send(fuse.forget(file, 1));
      } else {
        kernel.send(fuse.batchForget([[made, 1], ...files.map((file) => [file, 1] as const)]));
        kernel.send(fuse.batchForget([[made, 1]]));
      }
      if (i % 2 !== 0) kernel.succeed(fuse.rmdir(ROOT, '12'));
      expect(kernel.tree.size).toBe(AT_FIRST);
    }
  });

  it('is not forgotten while it is there, however often the kernel says so', () => {
    const kernel = new KernelSide();
    const device = walk(kernel, '0/evtchn');
    for (const node of [ROOT, device, 5n, 999n]) {
      for (const count of [0, 1, 5, 0xffffffff, (1n << 64n) - 1n]) {
        kernel.send(fuse.forget(node, count));
      }
    }
    expect(kernel.messages()).toEqual([]);
    expect(kernel.tree.size).toBe(AT_FIRST);
    expect(walk(kernel, '0/evtchn')).toBe(device);
  });

  it('is forgotten no more often than it was told', () => {
    const kernel = new KernelSide();
    const folder = walk(kernel, '7');
    kernel.send(fuse.forget(folder, 1000));
    walk(kernel, '7');
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    expect(kernel.ask(fuse.getattr(folder)).error).toBe(0);
    kernel.send(fuse.forget(folder, 1));
    expect(kernel.ask(fuse.getattr(folder)).error).toBe(ESTALE);
  });

  it('holds on to no domain that is gone', () => {
    const kernel = new KernelSide();
    const paths = ['7', '7/evtchn', '7/channels', '7/files', '7/state', '7/notify', '7/virq'];
    const nodes = paths.map((path) => Number(walk(kernel, path)));
    const known = nodes.map((node) => kernel.tree.node(node)!);
    expect(known.every(({ domain }) => domain !== undefined)).toBe(true);
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    // The kernel keeps what was open when its folder went until memory is short.
    expect(known.map(({ domain, content }) => [domain, content])).toEqual(
      paths.map(() => [undefined, undefined]),
    );
  });
});

describe('names', () => {
  it('without an end are EINVAL, whatever stands behind the request', () => {
    const kernel = new KernelSide();
    for (const leftOver of [0xa5, 0]) {
      kernel.leftOver = leftOver;
      for (const ask of [fuse.lookup(ROOT, '7'), fuse.mkdir(ROOT, '9'), fuse.rmdir(ROOT, '7')]) {
        const cut = fuse.request(ask.opcode, ask.node, ask.body.subarray(0, -1));
        expect(kernel.ask(cut).error).toBe(EINVAL);
      }
    }
    expect(domids(kernel)).toEqual([0, 7]);
  });

  it('may be long and of any bytes', () => {
    const kernel = new KernelSide();
    for (const name of ['x'.repeat(300), '\xc3\xa9', '\xff\x01\x7f', 'a/b/c', '7/evtchn', '8000']) {
      expect(kernel.ask(fuse.lookup(ROOT, name)).error).toBe(ENOENT);
      expect(kernel.ask(fuse.rmdir(ROOT, name)).error).toBe(ENOENT);
    }
    expect(kernel.ask(fuse.mkdir(ROOT, 'x'.repeat(8000))).error).toBe(EINVAL);
  });

  it('end at the first NUL', () => {
    const kernel = new KernelSide();
    expect(kernel.ask(fuse.lookup(ROOT, '7\0x')).error).toBe(0);
    expect(kernel.ask(fuse.mkdir(ROOT, '9\0x')).error).toBe(0);
    expect(domids(kernel)).toEqual([0, 7, 9]);
  });
});
