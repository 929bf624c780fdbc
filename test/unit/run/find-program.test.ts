import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/run/find-program.js';

describe('looking a program up', () => {
  let folder: string;
  let first: string;
  let second: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'find-program-'));
    [first, second] = [join(folder, 'first'), join(folder, 'second')];
    for (const path of [first, second, join(first, 'directory')]) mkdirSync(path);
    for (const [path, mode] of [
      [join(first, 'plain'), 0o644],
      [join(first, 'shadowed'), 0o644],
      [join(second, 'shadowed'), 0o755],
      [join(second, 'directory'), 0o755],
      [join(second, 'program'), 0o755],
    ] as const) {
      writeFileSync(path, '');
      chmodSync(path, mode);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const find = (name: string, cwd?: string) =>
    findProgram(name, `${first}:/nowhere:${second}`, cwd);

  it('takes the first of PATH that can be executed', () => {
    expect(find('program')).toEqual({ file: join(second, 'program') });
    expect(find('shadowed')).toEqual({ file: join(second, 'shadowed') });
    expect(find('directory')).toEqual({ file: join(second, 'directory') });
  });

  it('tells what cannot be executed from what is not there', () => {
    expect(find('plain')).toEqual({ error: 'EACCES' });
    expect(find('nothing')).toEqual({ error: 'ENOENT' });
    expect(find('')).toEqual({ error: 'ENOENT' });
  });

  it('takes a path as one, from where the program will start', () => {
    expect(find('second/program', folder)).toEqual({ file: join(second, 'program') });
    expect(find('./program', first)).toEqual({ error: 'ENOENT' });
    expect(find(join(second, 'program'), first)).toEqual({ file: join(second, 'program') });
    expect(find('first/directory', folder)).toEqual({ error: 'EACCES' });
    expect(find('first/plain', folder)).toEqual({ error: 'EACCES' });
    expect(find('first/plain/below', folder)).toEqual({ error: 'ENOTDIR' });
  });

  it('knows folders of PATH that are not absolute', () => {
    expect(findProgram('program', 'second', folder)).toEqual({ file: join(second, 'program') });
    expect(findProgram('program', '', second)).toEqual({ file: join(second, 'program') });
  });

  it('looks where the C library does without PATH', () => {
    expect(findProgram('sh', undefined)).toEqual({ file: '/bin/sh' });
  });
});
