import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { hasCapability } from '../../../src/native/capability.js';
import { prepareMachineDevice } from '../../../src/serve/machine-device.js';
import type { PlaceKeeper } from '../../../src/serve/place.js';
import { Undo } from '../../../src/serve/undo.js';
import { FakeMounter } from './fake-mounter.js';
import { ownFolder } from './own-folder.js';

vi.mock(import('../../../src/native/capability.js'), async (original) => ({
  ...(await original()),
  hasCapability: vi.fn<typeof hasCapability>(),
}));

beforeEach(() => vi.mocked(hasCapability).mockReturnValue(true));

function keeper(): PlaceKeeper & { readonly failures: unknown[] } {
  const failures: unknown[] = [];
  const undo = new Undo((error) => failures.push(error));
  return { say: () => {}, mounter: new FakeMounter(), undo, failures };
}

it('makes folder and file, whatever the umask, and removes both', async () => {
  const folder = join(ownFolder(), 'xen');
  const device = join(folder, 'evtchn');
  const before = process.umask(0o077);
  const kept = keeper();
  const place = await prepareMachineDevice(device, kept).finally(() => process.umask(before));
  expect(place.path).toBe(device);
  expect(statSync(folder).mode & 0o7777).toBe(0o755);
  expect(statSync(device)).toMatchObject({ size: 0 });
  kept.undo.run();
  expect(existsSync(folder)).toBe(false);
  expect(kept.failures).toEqual([]);
});

it('removes the file only, where the folder was there', async () => {
  const folder = join(ownFolder(), 'xen');
  mkdirSync(folder);
  const kept = keeper();
  await prepareMachineDevice(join(folder, 'evtchn'), kept);
  kept.undo.run();
  expect(existsSync(folder)).toBe(true);
  expect(existsSync(join(folder, 'evtchn'))).toBe(false);
});

it('leaves an empty file that was there, and a folder that others have used since', async () => {
  const folder = ownFolder();
  const device = join(folder, 'evtchn');
  writeFileSync(device, '');
  const kept = keeper();
  await prepareMachineDevice(device, kept);
  kept.undo.run();
  expect(existsSync(device)).toBe(true);

  const made = join(folder, 'xen');
  const other = keeper();
  await prepareMachineDevice(join(made, 'evtchn'), other);
  writeFileSync(join(made, 'gntdev'), '');
  other.undo.run();
  expect(existsSync(join(made, 'gntdev'))).toBe(true);
  expect(existsSync(join(made, 'evtchn'))).toBe(false);
  expect([...kept.failures, ...other.failures]).toEqual([]);
});

it('refuses a device, and something that is none, and changes nothing', async () => {
  await expect(prepareMachineDevice('/dev/null', keeper())).rejects.toMatchObject({
    code: 'EEXIST',
    message: expect.stringContaining('leave --dev-xen out'),
  });
  const path = join(ownFolder(), 'evtchn');
  writeFileSync(path, 'text');
  await expect(prepareMachineDevice(path, keeper())).rejects.toMatchObject({ code: 'EEXIST' });
});

it('refuses who may not mount, before anything is made', async () => {
  vi.mocked(hasCapability).mockReturnValue(false);
  const device = join(ownFolder(), 'xen', 'evtchn');
  await expect(prepareMachineDevice(device, keeper())).rejects.toMatchObject({
    code: 'EPERM',
    message: expect.stringContaining('root'),
  });
  expect(existsSync(device)).toBe(false);
});
