import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readMounts } from '../../../src/serve/mount-table.js';
import { look } from '../../../src/serve/probe.js';
import { survey } from '../../../src/serve/survey.js';
import { ownFolder } from './own-folder.js';

it('sees an empty directory, and one with something in it', async () => {
  const folder = ownFolder();
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  expect(await look(empty)).toMatchObject({
    path: empty,
    answer: 'alive',
    kind: 'directory',
    empty: true,
  });
  expect(await look(folder)).toMatchObject({ path: folder, kind: 'directory', empty: false });
});

it('sees files and devices', async () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'full'), 'text');
  expect(await look(join(folder, 'empty'))).toMatchObject({ kind: 'file', empty: true });
  expect(await look(join(folder, 'full'))).toMatchObject({ kind: 'file', empty: false });
  expect(await look('/dev/null')).toMatchObject({ kind: 'character device', answer: 'alive' });
});

it('follows symbolic links, and odd names', async () => {
  const folder = ownFolder();
  const odd = join(folder, '-e "\' $x\n');
  mkdirSync(odd);
  symlinkSync(odd, join(folder, 'link'));
  expect(await look(join(folder, 'link'))).toMatchObject({
    path: odd,
    kind: 'directory',
    empty: true,
  });
});

it('takes no file system for hanging because its own process is slow to start', async () => {
  const folder = ownFolder();
  const slow = join(folder, 'node');
  const { execPath } = process;
  writeFileSync(slow, `#!/bin/sh\nsleep 2.1\nexec '${execPath}' "$@"\n`, { mode: 0o755 });
  process.execPath = slow;
  try {
    expect(await look(join(folder, 'missing'))).toMatchObject({ error: 'ENOENT', answer: 'alive' });
  } finally {
    process.execPath = execPath;
  }
});

it('tells why a path cannot be reached', async () => {
  const folder = ownFolder();
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('circle', join(folder, 'circle'));
  expect(await look(join(folder, 'missing'))).toMatchObject({ error: 'ENOENT' });
  expect(await look(join(folder, 'file', 'x'))).toMatchObject({ error: 'ENOTDIR' });
  expect(await look(join(folder, 'circle'))).toMatchObject({ error: 'ELOOP' });
});

it('finds the mount that a path is the place of, and none for a path within', async () => {
  const { sight, mount } = await survey('/proc');
  expect(mount).toMatchObject({ mountpoint: '/proc', type: 'proc' });
  expect(readMounts().map(({ id }) => id)).toContain(sight.mount);
  const within = await survey('/proc/sys/kernel');
  expect(within.sight).toMatchObject({ kind: 'directory', empty: false });
  expect(within.mount).toBeUndefined();
});
