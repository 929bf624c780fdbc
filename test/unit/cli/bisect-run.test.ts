import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type BisectRequest, bisectRun } from '../../../src/cli/bisect-run.js';
import { runTrial, type TrialMeans } from '../../../src/trials/trial.js';
import { faultList, HEADING, trialResult } from '../trials/trial-fixture.js';
import { type KeptStreams, keepStreams } from './kept-streams.js';

vi.mock('../../../src/trials/trial.js', () => ({ runTrial: vi.fn() }));

const ALL = [17, 42, 99, 5];
let kept: KeptStreams;
let means: TrialMeans | undefined;

beforeEach(() => {
  kept = keepStreams();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The faults that the words of a run ask for. */
function asked(words: readonly string[]): readonly number[] {
  const at = words.indexOf('--only');
  const numbers = words[at + 1]!.split(',').map(Number);
  return at < 0 ? ALL : ALL.filter((each) => numbers.includes(each));
}

/** Has a program fail with some faults. */
function failing(fails: (numbers: readonly number[], run: number) => boolean): void {
  let run = 0;
  vi.mocked(runTrial).mockImplementation(async (words, given, stop) => {
    means = given;
    expect(existsSync(given.folder)).toBe(true);
    await new Promise(setImmediate);
    stop.throwIfAborted();
    const numbers = asked(words);
    const outcome = fails(numbers, run++) ? 'failed' : 'passed';
    return trialResult(outcome, { faults: faultList(numbers) });
  });
}

const REQUEST: BisectRequest = {
  programs: [{ domain: 3, command: ['true'] }],
  faults: { spec: 'ci', seed: 7 },
  options: { domain: 3 },
  words: ['./check', 'a b'],
  tries: 1,
  timeout: undefined,
};

it('prints the smallest set and the command that shows it, and tells how it goes', async () => {
  failing((numbers) => numbers.includes(99));
  expect(await bisectRun(REQUEST)).toBe(0);
  expect(kept.out.split('\n').slice(0, 6)).toEqual([
    '1 of 4 faults makes it fail (it exited with 1):',
    `  ${HEADING}`,
    '  99 delay 0 14 back[9] 1.0 ms',
    '',
    'To repeat:',
    "  xen-evtchn run --faults ci --seed 7 --only 99 --domain 3 -- ./check 'a b'",
  ]);
  expect(kept.err).toBe(
    [
      'xen-evtchn: run 1: it fails with 4 of 4\n',
      'xen-evtchn: run 5: it fails with 2 of 4\n',
      'xen-evtchn: run 6: it fails with 1 of 4\n',
    ].join(''),
  );
  expect(means?.timeout).toBe(10_000);
  expect(existsSync(means!.folder)).toBe(false);
});

it('ends with 1 if there is nothing to find', async () => {
  failing(() => false);
  expect(await bisectRun({ ...REQUEST, tries: undefined, timeout: 500 })).toBe(1);
  expect(kept.out).toBe('It did not fail in 3 runs: there is nothing to find.\n');
  expect(means?.timeout).toBe(500);
});

it('prints the smallest set so far when a signal comes', async () => {
  failing((numbers, run) => {
    if (run === 3) process.emit('SIGINT', 'SIGINT');
    return numbers.includes(17);
  });
  expect(await bisectRun(REQUEST)).toBe(130);
  expect(kept.out).toMatch(
    /^Interrupted after \d runs; the smallest set so far:\n\n\d of 4 faults/,
  );
});

it('fails if it cannot be run', async () => {
  vi.mocked(runTrial).mockResolvedValue(
    trialResult('refused', { faults: undefined, output: 'xen-evtchn: no /dev/fuse\n' }),
  );
  await expect(bisectRun(REQUEST)).rejects.toThrow('no /dev/fuse');
});

it('fails if there is no such program', async () => {
  const programs: BisectRequest['programs'] = [{ domain: 3, command: ['/no/such'] }];
  await expect(bisectRun({ ...REQUEST, programs })).rejects.toThrow('/no/such: not found');
});
