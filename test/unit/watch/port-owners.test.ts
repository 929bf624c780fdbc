import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { portOwners } from '../../../src/watch/port-owners.js';
import { connectedPair } from '../terminal/watched-host.js';

let directory = '';
let device = '';
let child: ChildProcess;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'xen-evtchn-owners-'));
  mkdirSync(join(directory, '7'));
  device = join(directory, '7', 'evtchn');
  writeFileSync(device, '');
  const descriptor = openSync(device, 'r');
  child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore', descriptor] });
  await once(child, 'spawn');
  closeSync(descriptor);
});
afterEach(async () => {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  rmSync(directory, { recursive: true });
});

/** A connected pair whose open files are those of these processes. */
function pairOf(back: number, front: number) {
  const { world, port, peer } = connectedPair();
  const taken = world.snapshot();
  const domains = taken.domains.map((domain) => ({
    ...domain,
    files: domain.files.map((file) => ({
      ...file,
      process: { ...file.process, pid: domain.domid === 0 ? back : front },
    })),
  }));
  const snapshot: HostSnapshot = { ...taken, domains };
  return { snapshot, port, peer };
}

describe.runIf(process.platform === 'linux')('the owners of a port', () => {
  it('are its process and that of its peer, its own first', () => {
    const { snapshot, port, peer } = pairOf(process.pid, child.pid!);
    const owners = portOwners(snapshot, 0, port, undefined);
    expect(owners).toMatchObject([
      { domid: 0, port, opener: { pid: process.pid }, heirs: [] },
      { domid: 7, port: peer, opener: { pid: child.pid }, heirs: [] },
    ]);
    expect(owners[0]!.sentence).toContain(`back (pid ${process.pid})`);
    expect(portOwners(snapshot, 7, peer, undefined).map(({ domid }) => domid)).toEqual([7, 0]);
  });

  it('are one process that has both ends', () => {
    const { snapshot, port } = pairOf(process.pid, process.pid);
    expect(portOwners(snapshot, 0, port, undefined).map(({ domid }) => domid)).toEqual([0]);
  });

  it('are looked for at the device of their domain when the process is gone', () => {
    const { snapshot, peer } = pairOf(0, 0x3fffffff);
    const [owner, ...more] = portOwners(snapshot, 7, peer, directory);
    expect(more).toEqual([]);
    expect(owner).toMatchObject({ opener: undefined, heirs: [{ pid: child.pid }] });
    expect(owner!.sentence).toMatch(/^front \(pid 1073741823\) is gone, .*still open: in /);
    expect(portOwners(snapshot, 7, peer, undefined)[0]!.sentence).toMatch(
      /still open somewhere\.$/,
    );
  });
});

it('are none in an embedded host, and none of what is not there', () => {
  const { world, port } = connectedPair();
  expect(portOwners(world.snapshot(), 0, port, undefined)).toEqual([]);
  expect(portOwners(world.snapshot(), 0, 999, undefined)).toEqual([]);
  expect(portOwners(world.snapshot(), 5, port, undefined)).toEqual([]);
});
