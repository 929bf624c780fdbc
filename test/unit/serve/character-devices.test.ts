import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { makeDeviceNode } from '../../../src/native/device-node.js';
import {
  checkFreeForDevice,
  namedDevices,
  showDevices,
} from '../../../src/serve/character-devices.js';
import { Undo } from '../../../src/serve/undo.js';
import { openDevices } from '../../../src/server/cuse-devices.js';
import { ownFolder } from './own-folder.js';

/** Stands for /dev, and for a CUSE device: /dev/null. */
let dev = '';
vi.mock(import('../../../src/server/cuse-node.js'), async (original) => ({
  ...(await original()),
  nodePath: (name) => join(dev, name),
  cuseDeviceNumber: () => ({ major: 1, minor: 3 }),
}));

const NULL = { domid: 0, name: 'evtchn/0' };
const failures: unknown[] = [];
const isRoot = process.getuid?.() === 0;

function keeper() {
  const undo = new Undo((error) => failures.push(error));
  return { undo, say: (line: string) => expect.fail(line) };
}

beforeEach(() => {
  dev = ownFolder();
  failures.length = 0;
});

describe('the devices of a host', () => {
  it('are one for each domain, and one more for the machine', () => {
    expect(namedDevices('xen1', [0, 7], undefined)).toEqual([
      { domid: 0, name: 'xen1/0' },
      { domid: 7, name: 'xen1/7' },
    ]);
    expect(namedDevices('xen1', [7], 7)).toEqual([
      { domid: 7, name: 'xen1/7' },
      { domid: 7, name: 'xen/evtchn' },
    ]);
  });

  it.skipIf(existsSync('/dev/cuse'))('are not to be had without /dev/cuse, which is said', () => {
    expect(() => openDevices([NULL])).toThrow(
      expect.objectContaining({
        code: 'ENOENT',
        message: expect.stringContaining('modprobe cuse'),
      }),
    );
    expect(openDevices([])).toEqual([]);
  });
});

describe.runIf(isRoot)('their nodes', () => {
  it('are made where devtmpfs makes none, and removed', () => {
    const taken = keeper();
    showDevices([NULL], 0o640, taken);
    const path = join(dev, NULL.name);
    expect(statSync(path).isCharacterDevice()).toBe(true);
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(statSync(dirname(path)).mode & 0o7777).toBe(0o755);
    taken.undo.run();
    expect(existsSync(dirname(path))).toBe(false);
    expect(failures).toEqual([]);
  });

  it('of devtmpfs get the permissions, and stay its own', () => {
    const path = join(dev, NULL.name);
    mkdirSync(dirname(path));
    makeDeviceNode(path, { major: 1, minor: 3 }, 0o600);
    const taken = keeper();
    showDevices([NULL], 0o666, taken);
    expect(statSync(path).mode & 0o7777).toBe(0o666);
    taken.undo.run();
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ['another device', (path: string) => makeDeviceNode(path, { major: 1, minor: 5 }, 0o600)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('take no other’s place: %s', (_, put) => {
    const path = join(dev, NULL.name);
    mkdirSync(dirname(path));
    put(path);
    chmodSync(path, 0o600);
    expect(() => showDevices([NULL], 0o666, keeper())).toThrow(
      expect.objectContaining({ code: 'EEXIST', syscall: `serve ${path}` }),
    );
    expect(statSync(path).mode & 0o7777).toBe(0o600);
  });
});

describe('the place of the machine’s device', () => {
  it('is free if nothing is there', async () => {
    await checkFreeForDevice(join(dev, 'xen', 'evtchn'));
    expect(existsSync(join(dev, 'xen'))).toBe(false);
  });

  it('is not free for what a killed server has left', async () => {
    const path = join(dev, 'evtchn');
    writeFileSync(path, '');
    await expect(checkFreeForDevice(path)).rejects.toMatchObject({
      code: 'EEXIST',
      message: expect.stringContaining(`rm ${path}`),
    });
    expect(existsSync(path)).toBe(true);
  });

  it('is not free where a device is', async () => {
    await expect(checkFreeForDevice('/dev/null')).rejects.toMatchObject({
      message: expect.stringContaining('leave --dev-xen out'),
    });
  });
});
