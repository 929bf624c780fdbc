import { closeSync, existsSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import { hasCapability } from '../../../src/native/capability.js';
import { openCuse } from '../../../src/native/cuse.js';
import { deviceNumber, prepareCharacterDevice } from '../../../src/serve/character-device.js';
import type { PlaceKeeper } from '../../../src/serve/place.js';
import { Undo } from '../../../src/serve/undo.js';
import { FakeMounter } from './fake-mounter.js';
import { ownFolder } from './own-folder.js';

vi.mock(import('../../../src/native/capability.js'), async (original) => ({
  ...(await original()),
  hasCapability: vi.fn<typeof hasCapability>(),
}));
vi.mock(import('../../../src/native/cuse.js'), async (original) => ({
  ...(await original()),
  openCuse: vi.fn<typeof openCuse>(),
}));

let opened: number;

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(hasCapability).mockReturnValue(true);
  vi.mocked(openCuse).mockImplementation(() => {
    opened = openSync('/dev/null', 'r+');
    return opened;
  });
});

function keeper(): PlaceKeeper {
  return { say: () => {}, mounter: new FakeMounter(), undo: new Undo(() => {}) };
}

describe('prepareCharacterDevice', () => {
  it('hands the descriptor on with the device’s name and domain', async () => {
    const kept = keeper();
    const device = await prepareCharacterDevice('/dev/xen/evtchn-test', 7, 0o600, kept);
    expect(device.take()).toEqual([{ fd: opened, domid: 7, name: 'xen/evtchn-test' }]);
    kept.undo.run();
    expect(fstatSync(opened).isCharacterDevice()).toBe(true);
    closeSync(opened);
  });

  it('closes the descriptor that nobody took', async () => {
    const kept = keeper();
    await prepareCharacterDevice('/dev/xen/evtchn-test', 7, 0o600, kept);
    kept.undo.run();
    expect(() => fstatSync(opened)).toThrow('EBADF');
  });

  it('refuses a file at the place, an empty one too, and what is a device', async () => {
    const path = join(ownFolder(), 'evtchn');
    writeFileSync(path, '');
    await expect(prepareCharacterDevice(path, 0, 0o600, keeper())).rejects.toMatchObject({
      code: 'EEXIST',
      message: expect.stringContaining(`rm ${path}`),
    });
    writeFileSync(path, 'text');
    await expect(prepareCharacterDevice(path, 0, 0o600, keeper())).rejects.toMatchObject({
      code: 'EEXIST',
    });
    await expect(prepareCharacterDevice('/dev/null', 0, 0o600, keeper())).rejects.toMatchObject({
      code: 'EEXIST',
    });
    expect(openCuse).not.toHaveBeenCalled();
  });

  it('refuses who is not root, and passes on that there is no CUSE', async () => {
    vi.mocked(openCuse).mockImplementation(() => {
      throw new EvtchnError('open /dev/cuse', 2, 'modprobe cuse');
    });
    const path = join(ownFolder(), 'xen', 'evtchn');
    await expect(prepareCharacterDevice(path, 0, 0o600, keeper())).rejects.toThrow('modprobe cuse');
    vi.mocked(hasCapability).mockReturnValue(false);
    await expect(prepareCharacterDevice(path, 0, 0o600, keeper())).rejects.toMatchObject({
      code: 'EPERM',
    });
    expect(existsSync(path)).toBe(false);
  });

  it('shows nothing that the kernel has not made', async () => {
    const kept = keeper();
    onTestFinished(() => kept.undo.run());
    const device = await prepareCharacterDevice('/dev/xen/evtchn-test', 7, 0o600, kept);
    const host = new FakeMounter();
    await host.mount('/srv/xen', false);
    closeSync(host.descriptors[0]!);
    expect(() => device.show('/srv/xen', host.table[0]!)).toThrow(/ENOENT.*vanished/);
    expect(existsSync('/dev/xen/evtchn-test')).toBe(false);
  });
});

describe('deviceNumber', () => {
  it.each([
    [0x0a7a, '10:122'],
    [0xf500, '245:0'],
    [0x0010_0abc, '10:444'],
    [0x000f_ff00, '4095:0'],
  ])('reads %i as %s', (rdev, number) => expect(deviceNumber(rdev)).toBe(number));
});
