import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type StressRequest, stressRun } from '../../../src/cli/stress-run.js';
import { runTrial } from '../../../src/trials/trial.js';
import type { TrialResult } from '../../../src/trials/trial-result.js';
import { faultList, trialResult } from '../trials/trial-fixture.js';
import { type KeptStreams, keepStreams } from './kept-streams.js';

vi.mock('../../../src/trials/trial.js', () => ({ runTrial: vi.fn() }));

let kept: KeptStreams;
let folder: string;

beforeEach(() => {
  kept = keepStreams();
  folder = mkdtempSync(join(tmpdir(), 'stress-run-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Has the run with each seed end so. */
function ending(result: (seed: number) => TrialResult): void {
  vi.mocked(runTrial).mockImplementation(async (words, _, stop) => {
    await new Promise(setImmediate);
    stop.throwIfAborted();
    return result(Number(words[words.indexOf('--seed') + 1]));
  });
}

const REQUEST: StressRequest = {
  spec: 'ci',
  first: 1,
  runs: 10,
  jobs: 2,
  timeout: 500,
  untilFailure: false,
  save: undefined,
  json: undefined,
  options: {},
  words: ['./test'],
};

const PASSED = trialResult('passed', { faults: faultList([4]) });
const COMMAND = 'xen-evtchn run --faults ci --seed 3 -- ./test';

it('ends with 0 if all passed', async () => {
  ending(() => PASSED);
  expect(await stressRun(REQUEST)).toBe(0);
  expect(kept.out).toMatch(
    /^10 runs passed \(seeds 1 to 10, faults ci\) in .*\n10 faults injected/,
  );
});

it('ends with 1 if some failed, with the command, and writes what it is asked to', async () => {
  ending((seed) => (seed === 3 ? trialResult('failed', { output: 'lost\n' }) : PASSED));
  const json = join(folder, 'results.json');
  const save = join(folder, 'failed');
  expect(await stressRun({ ...REQUEST, json, save })).toBe(1);
  expect(kept.out).toContain(`\n1 exited with 1: seed 3\n`);
  expect(kept.out).toContain(`\n    ${COMMAND}\n`);
  expect(kept.err).toContain('xen-evtchn: seed 3 exited with 1\n');
  const { results, interrupted } = JSON.parse(readFileSync(json, 'utf8'));
  expect(interrupted).toBe(false);
  expect(results).toHaveLength(10);
  expect(results[2]).toMatchObject({ seed: 3, outcome: 'failed', command: COMMAND });
  expect(readdirSync(save)).toEqual(['seed-3.txt']);
});

it('ends with the first failure if it is to', async () => {
  ending((seed) => (seed === 3 ? trialResult('hung') : PASSED));
  expect(await stressRun({ ...REQUEST, runs: 1000, untilFailure: true })).toBe(1);
  expect(kept.out).toMatch(/^1 of [34] runs failed \(.*, of 1000 that were to be\.\n/);
});

it('prints and writes what there was when a signal comes', async () => {
  ending((seed) => {
    if (seed === 5) process.emit('SIGTERM', 'SIGTERM');
    return seed === 3 ? trialResult('hung') : PASSED;
  });
  const json = join(folder, 'results.json');
  expect(await stressRun({ ...REQUEST, jobs: 1, json })).toBe(143);
  expect(kept.out).toMatch(/^1 of 5 runs failed /);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ interrupted: true, runs: 10 });
});

it('prints what there was before it fails', async () => {
  ending((seed) => (seed === 3 ? trialResult('refused', { faults: undefined }) : PASSED));
  await expect(stressRun({ ...REQUEST, jobs: 1 })).rejects.toThrow(
    'the run with seed 3 could not be done: it ended with 125 and said nothing',
  );
  expect(kept.out).toMatch(/^2 runs passed /);
});

it('ends with 125 if it cannot write what it is asked to', async () => {
  ending((seed) => (seed === 3 ? trialResult('hung') : PASSED));
  const no = join(folder, 'no', 'such', 'file');
  expect(await stressRun({ ...REQUEST, json: no })).toBe(125);
  expect(kept.err).toContain(`xen-evtchn: cannot write the results to ${no}: No such file`);
  expect(await stressRun({ ...REQUEST, save: '/dev/null/no' })).toBe(125);
  expect(kept.err).toContain(
    'xen-evtchn: cannot write what is known of the failures to /dev/null/no: Not a directory',
  );
});
