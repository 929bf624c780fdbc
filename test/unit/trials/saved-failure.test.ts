import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { saveFailure } from '../../../src/trials/saved-failure.js';
import { faultList, HEADING, trialResult } from './trial-fixture.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saved-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes what is known of a run into a file of its own', () => {
  const place = join(folder, 'a', 'b');
  const result = trialResult('failed', { status: 3, faults: faultList([17]), output: 'oh\n' });
  saveFailure(place, { seed: 4, result }, 'xen-evtchn run');
  expect(readdirSync(place)).toEqual(['seed-4.txt']);
  expect(readFileSync(join(place, 'seed-4.txt'), 'utf8').split('\n')).toEqual([
    'seed 4: exited with 3',
    'to repeat: xen-evtchn run',
    '',
    'Faults:',
    HEADING,
    '17 delay 0 14 back[9] 1.0 ms',
    '',
    'Output:',
    'oh',
    '',
  ]);
});

it('says why it hung, and if its faults are not known', () => {
  const result = trialResult('hung', { faults: undefined, account: ['Port 14 is masked.'] });
  saveFailure(folder, { seed: 4, result }, 'xen-evtchn run');
  const text = readFileSync(join(folder, 'seed-4.txt'), 'utf8');
  expect(text).toContain('seed 4: hung\n');
  expect(text).toContain('\nPort 14 is masked.\n\nFaults:\nnot known\n');
});

it('fails where it cannot write', () => {
  writeFileSync(join(folder, 'file'), '');
  const save = (): void =>
    saveFailure(join(folder, 'file'), { seed: 4, result: trialResult('hung') }, '');
  expect(save).toThrow('EEXIST');
});
