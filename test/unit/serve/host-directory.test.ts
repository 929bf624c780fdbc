import {
  chmodSync,
  existsSync,
  mkdirSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepareHostDirectory } from '../../../src/serve/host-directory.js';
import type { PlaceKeeper } from '../../../src/serve/place.js';
import { Undo } from '../../../src/serve/undo.js';
import { FakeMounter } from './fake-mounter.js';
import { ownFolder } from './own-folder.js';

/** A keeper that writes down what it is told. */
function keeper(): PlaceKeeper & { readonly said: string[]; readonly failures: unknown[] } {
  const said: string[] = [];
  const failures: unknown[] = [];
  const undo = new Undo((error) => failures.push(error));
  return { say: (line) => said.push(line), mounter: new FakeMounter(), undo, said, failures };
}

it('makes a missing directory with its mode, whatever the umask, and removes it at the end', async () => {
  const path = join(ownFolder(), 'host');
  const before = process.umask(0o077);
  const kept = keeper();
  const place = await prepareHostDirectory(path, 0o755, kept).finally(() => process.umask(before));
  expect(place.path).toBe(path);
  expect(statSync(path).mode & 0o7777).toBe(0o755);
  kept.undo.run();
  expect(existsSync(path)).toBe(false);
  expect(kept.failures).toEqual([]);
});

it('leaves a directory that was there', async () => {
  const path = join(ownFolder(), 'host');
  mkdirSync(path);
  chmodSync(path, 0o750);
  const kept = keeper();
  await prepareHostDirectory(path, 0o700, kept);
  kept.undo.run();
  expect(statSync(path).mode & 0o7777).toBe(0o750);
});

it('leaves a directory it made that others have used since, or removed', async () => {
  const folder = ownFolder();
  const used = keeper();
  await prepareHostDirectory(join(folder, 'used'), 0o700, used);
  writeFileSync(join(folder, 'used', 'file'), '');
  used.undo.run();
  expect(existsSync(join(folder, 'used', 'file'))).toBe(true);
  const gone = keeper();
  await prepareHostDirectory(join(folder, 'gone'), 0o700, gone);
  rmdirSync(join(folder, 'gone'));
  gone.undo.run();
  expect([...used.failures, ...gone.failures]).toEqual([]);
});

it('resolves symbolic links', async () => {
  const folder = ownFolder();
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'link'));
  const kept = keeper();
  const place = await prepareHostDirectory(join(folder, 'link'), 0o700, kept);
  expect(place.path).toBe(join(folder, 'real'));
  kept.undo.run();
});

it('refuses a directory whose parent is missing, and one that is not empty, and changes nothing', async () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'file'), '');
  const kept = keeper();
  await expect(prepareHostDirectory(join(folder, 'a/b'), 0o700, kept)).rejects.toMatchObject({
    code: 'ENOENT',
    message: expect.stringContaining('make that first'),
  });
  await expect(prepareHostDirectory(folder, 0o700, kept)).rejects.toMatchObject({
    code: 'ENOTEMPTY',
  });
  expect(existsSync(join(folder, 'a'))).toBe(false);
});

it('refuses a place where another server is starting, until that is done', async () => {
  const path = join(ownFolder(), 'host');
  const first = keeper();
  const place = await prepareHostDirectory(path, 0o700, first);
  const second = keeper();
  await expect(prepareHostDirectory(path, 0o700, second)).rejects.toMatchObject({ code: 'EBUSY' });
  place.release();
  const third = keeper();
  await prepareHostDirectory(path, 0o700, third);
  for (const each of [third, second, first]) each.undo.run();
  expect(existsSync(path)).toBe(false);
});
