import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Verdict } from '../../../src/serve/mountpoint.js';
import { type PlaceKind, preparePlace } from '../../../src/serve/place.js';
import { Undo } from '../../../src/serve/undo.js';
import { FakeMounter } from './fake-mounter.js';
import { ownFolder } from './own-folder.js';

/** Prepares a directory, judged as the test says; a verdict for each look. */
function prepare(verdicts: readonly Verdict[]) {
  const path = join(ownFolder(), 'place');
  mkdirSync(path);
  const left = [...verdicts];
  const happened: string[] = [];
  const undo = new Undo(() => {});
  const mounter = new FakeMounter();
  const wanted: PlaceKind = {
    kind: 'directory',
    judge: () => left.shift() ?? verdicts.at(-1)!,
    create: () => happened.push('created') > 0,
    replaced: () => happened.push('replaced'),
  };
  const say = (line: string) => happened.push(line);
  const place = preparePlace(path, wanted, { say, mounter, undo });
  return { path, place, happened, undo, mounter };
}

it('takes away what a killed server left, says so, and looks again', async () => {
  const { path, place, happened, undo, mounter } = prepare(['replace', 'replace', 'use']);
  expect((await place).path).toBe(path);
  expect(mounter.unmounted).toEqual([path, path]);
  const line = `replaced what a killed server left mounted at ${path}`;
  expect(happened).toEqual([line, 'replaced', line, 'replaced']);
  undo.run();
});

it('makes what is missing, and looks again', async () => {
  const { path, place, happened, undo } = prepare(['create', 'use']);
  expect((await place).path).toBe(path);
  expect(happened).toEqual(['created']);
  undo.run();
  expect(existsSync(path)).toBe(true);
});

it('gives up on a place that changes all the time', async () => {
  const { place, happened } = prepare(['create']);
  await expect(place).rejects.toMatchObject({ code: 'EBUSY' });
  expect(happened).toHaveLength(20);
}, 20_000);
