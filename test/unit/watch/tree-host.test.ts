import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { XenHost } from '../../../src/index.js';
import { snapshotText } from '../../../src/snapshot/snapshot-text.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { openWatchedHost } from '../../../src/watch/open-watched-host.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tree-host-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A folder with files as the tree of a host of domain 3 has them. */
function tree(): string {
  const host = new XenHost();
  host.createDomain({ domid: 3 });
  writeFileSync(join(folder, 'server'), 'pid 1\nversion 1.2.3\n');
  writeFileSync(join(folder, 'state'), snapshotText(takeSnapshot(host)));
  mkdirSync(join(folder, '3'));
  writeFileSync(join(folder, '3/state'), snapshotText(takeSnapshot(host, { domids: [3] })));
  writeFileSync(join(folder, '3/notify'), '');
  writeFileSync(join(folder, '3/virq'), '');
  return folder;
}

const open = (host: string) => openWatchedHost({ host });

describe('a host by its directory', () => {
  it('has the snapshot that the files say', async () => {
    const host = await open(tree());
    expect(host.name).toBe(folder);
    expect((await host.snapshot()).domains.map(({ domid }) => domid)).toEqual([3]);
    expect((await host.snapshot(3)).partial).toBe(true);
  });

  it('is steered by lines in its files', async () => {
    const host = await open(tree());
    const written = (name: string) => readFileSync(join(folder, '3', name), 'utf8');
    await host.notify(3, 14);
    expect(written('notify')).toBe('14\n');
    writeFileSync(join(folder, '3/notify'), '');
    await host.notify(3, 4294967295, true);
    expect(written('notify')).toBe('4294967295 incoming\n');
    await host.raiseVirq(3, 20);
    expect(written('virq')).toBe('20 0\n');
    writeFileSync(join(folder, '3/virq'), '');
    await host.raiseVirq(3, 1, 5);
    expect(written('virq')).toBe('1 5\n');
  });

  it('refuses numbers that no call could carry', async () => {
    const host = await open(tree());
    for (const call of [
      () => host.notify(3, -1),
      () => host.notify(3, 1.5),
      () => host.notify(-1, 1),
      () => host.snapshot(32752),
      () => host.raiseVirq(3, -1),
      () => host.raiseVirq(3, 0, 2 ** 32),
      () => host.destroyDomain(Number.NaN),
    ]) {
      await expect(call()).rejects.toThrow(RangeError);
    }
  });

  it('says of a domain that there is none', async () => {
    const host = await open(tree());
    const missing = `there is no domain 4 on ${folder}`;
    await expect(host.snapshot(4)).rejects.toThrow(missing);
    await expect(host.notify(4, 1)).rejects.toThrow(missing);
    await expect(host.raiseVirq(4, 1)).rejects.toThrow(missing);
    await expect(host.destroyDomain(4)).rejects.toThrow(missing);
  });

  it('says of a host that it is gone, or that it is too old', async () => {
    const host = await open(tree());
    rmSync(join(folder, 'state'));
    await expect(host.snapshot()).rejects.toThrow(`${folder} is served by an older xen-evtchn`);
    const following = host.follow()[Symbol.asyncIterator]();
    await expect(following.next()).rejects.toThrow('is served by an older xen-evtchn');
    rmSync(join(folder, 'server'));
    const gone = `no host is served at ${folder}: start one with xen-evtchn serve --at ${folder}`;
    await expect(host.snapshot()).rejects.toThrow(gone);
    await expect(host.notify(5, 1)).rejects.toThrow(gone);
  });

  it('refuses what is no host', async () => {
    await expect(open(folder)).rejects.toThrow(`no host is served at ${folder}`);
    await expect(open(join(folder, 'nowhere'))).rejects.toThrow('no host is served at');
    writeFileSync(join(folder, 'server'), 'something else\n');
    await expect(open(folder)).rejects.toThrow('is not its');
    await expect(open(join(folder, 'server'))).rejects.toThrow('it is not a directory');
    symlinkSync('loop', join(folder, 'loop'));
    await expect(open(join(folder, 'loop'))).rejects.toThrow('cannot use the host at');
  });

  it('refuses a state of another version', async () => {
    const host = await open(tree());
    writeFileSync(join(folder, 'state'), '{"version":7,"domains":[]}');
    await expect(host.snapshot()).rejects.toThrow('version 7');
  });

  it('is not chosen together with a process', async () => {
    await expect(openWatchedHost({ host: tree(), pid: 1 })).rejects.toThrow('not both');
  });
});
