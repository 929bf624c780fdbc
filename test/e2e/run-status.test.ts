import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output } from './client.js';
import { PYTHON } from './requirements.js';
import { ran, runWords } from './run-client.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

/** A file with this content and these permissions. */
function file(name: string, content: string, mode = 0o644): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('the exit status of run', () => {
  it.each([0, 1, 2, 125, 255])('is the program that ends with %i', async (status) => {
    const outcome = await ran(['sh', '-c', `exit ${status}`]);
    expect(outcome).toEqual({ status, stdout: '', stderr: '' });
  });

  it.each([
    ['SEGV', 139],
    ['KILL', 137],
    ['TERM', 143],
    ['HUP', 129],
  ])('is 128 and the number of SIG%s that killed the program', async (signal, status) => {
    const outcome = await ran(['sh', '-c', `kill -${signal} $$`]);
    expect(outcome).toEqual({ status, stdout: '', stderr: '' });
  });

  it.each([
    ['a name that is nowhere in PATH', () => 'no-such-program', 127, 'not found'],
    ['a path that is not there', () => './no/such/program', 127, 'not found'],
    ['no name at all', () => '', 127, 'not found'],
    ['a directory', () => folder, 126, 'not executable'],
    ['a file without the permission', () => file('plain', '#!/bin/sh\n'), 126, 'not executable'],
  ])('and one line tell of %s', async (_, name, status, reason) => {
    const outcome = await ran([name()]);
    const called = name() === '' ? '""' : name();
    expect(outcome).toEqual({ status, stdout: '', stderr: `xen-evtchn: ${called}: ${reason}\n` });
  });

  it('is 126 or 127 for a script whose interpreter is not there', async () => {
    const script = file('script', '#!/no/such/interpreter\n', 0o755);
    const outcome = await ran([script]);
    expect(outcome).toMatchObject({ status: 127, stdout: '' });
    expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
  });

  it('finds the program in PATH as a shell does', async () => {
    file('found', '#!/bin/sh\necho found\n', 0o755);
    const environment = { PATH: `/no/such/folder:${folder}:${process.env.PATH}` };
    expect(await ran(['found'], { environment })).toMatchObject({ status: 0, stdout: 'found\n' });
    const beside = await ran(['./found'], { cwd: folder });
    expect(beside).toMatchObject({ status: 0, stdout: 'found\n' });
  });

  it.each([
    ['no program', []],
    ['an unknown option', ['--what', 'true']],
    ['an option without its value', ['--domain']],
    ['a domain that is none', ['--domain', '0x1', 'true']],
    ['a domain that no guest can have', ['--domain', '32752', 'true']],
    ['permissions that are none', ['--mode', '9', 'true']],
    ['no program after the separator', ['true', ':::']],
    ['an unknown option after the separator', ['true', ':::', '--mode', '600', 'true']],
    ['a file and a program', ['--file', '/dev/null', 'true']],
    ['a file that is not there', ['--file', '/no/such/file']],
    ['permissions for a host that is served', ['--host', '/', '--mode', '600', 'true']],
  ])('is 2 for %s, with one line', async (_, words) => {
    const outcome = await ran(words);
    expect(outcome).toMatchObject({ status: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^xen-evtchn: [^\n]+; see xen-evtchn run --help\n$/);
  });

  it('is 125, with one line, when there is no FUSE, and the program has not run', async () => {
    const words = runWords('touch', join(folder, 'touched'));
    const script = 'mount --bind /dev/null /dev/fuse; exec "$@"';
    await expect(
      output('unshare', ['--mount', 'sh', '-euc', script, 'sh', ...words]),
    ).rejects.toThrow(/status 125\)\nstdout: \nstderr: xen-evtchn: EINVAL: [^\n]+\n$/);
    expect(readdirSync(folder)).not.toContain('touched');
  });
});

describe('--allow-other and --mode', () => {
  it.each([
    { options: [], listed: '-rw-------', others: false },
    { options: ['--mode', '644'], listed: '-rw-r--r--', others: true },
    { options: ['--allow-other'], listed: '-rw-rw-rw-', others: true },
    { options: ['--allow-other', '--mode', '640'], listed: '-rw-r-----', others: false },
  ])('$options', async ({ options, listed, others }) => {
    const user = 'setpriv --reuid=65533 --regid=65533 --clear-groups';
    const open = `${user} ${PYTHON} -c 'import os; os.open("/dev/xen/evtchn", os.O_RDONLY)'`;
    const script = `ls -l /dev/xen/evtchn | cut -c 1-10; ${open} 2> /dev/null && echo opened`;
    const outcome = await ran([...options, 'sh', '-c', script]);
    expect(outcome.stdout).toBe(`${listed}\n${others ? 'opened\n' : ''}`);
  });
});
