import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPageFiles } from '../../../src/inspect/page-files.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-page-'));
  mkdirSync(join(folder, 'assets'));
  for (const [path, text] of [
    ['index.html', 'inspector'],
    ['playground.html', 'playground'],
    ['assets/a.js', '1'],
    ['assets/a.css', '2'],
    ['assets/a.js.map', '3'],
    ['notes', '4'],
  ] as const) {
    writeFileSync(join(folder, path), text);
  }
});

afterEach(() => rmSync(folder, { recursive: true }));

it('has what is a page, and the one that is asked for first', () => {
  const files = readPageFiles('inspector', folder);
  expect([...files.keys()].sort()).toEqual(
    ['', 'assets/a.css', 'assets/a.js', 'index.html', 'playground.html'].sort(),
  );
  expect(files.get('')?.content.toString()).toBe('inspector');
  expect(files.get('assets/a.css')?.type).toBe('text/css; charset=utf-8');
  expect(readPageFiles('playground', folder).get('')?.content.toString()).toBe('playground');
});

it('says that a page is missing, and what makes it', () => {
  rmSync(join(folder, 'index.html'));
  expect(() => readPageFiles('inspector', folder)).toThrow(/page is missing.*npm run build/);
  expect(() => readPageFiles('inspector', join(folder, 'nowhere'))).toThrow('page is missing');
});
