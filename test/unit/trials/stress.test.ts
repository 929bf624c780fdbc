import { expect, it } from 'vitest';
import { plain } from '../../../src/terminal/style.js';
import { type SeededResult, Stress, type StressOptions } from '../../../src/trials/stress.js';
import { stressJson } from '../../../src/trials/stress-json.js';
import { stressReport } from '../../../src/trials/stress-report.js';
import type { TrialResult } from '../../../src/trials/trial-result.js';
import { faultList, trialResult } from './trial-fixture.js';

/** Runs that end when the test says so. */
class HeldRuns {
  readonly running = new Map<number, (result: TrialResult) => void>();
  most = 0;

  readonly run = (seed: number, stop: AbortSignal): Promise<TrialResult> =>
    new Promise((resolve, reject) => {
      this.running.set(seed, resolve);
      this.most = Math.max(this.most, this.running.size);
      stop.addEventListener('abort', () => {
        this.running.delete(seed);
        reject(stop.reason);
      });
    });

  /** Ends one, and has what follows from it happen. */
  async end(seed: number, result: TrialResult): Promise<void> {
    this.running.get(seed)!(result);
    this.running.delete(seed);
    await new Promise(setImmediate);
  }
}

function stressOf(options: Partial<StressOptions> & Pick<StressOptions, 'run'>): Stress {
  return new Stress({ first: 7, runs: 5, jobs: 2, untilFailure: false, ...options });
}

const seedsOf = (stress: Stress): number[] => stress.results.map(({ seed }) => seed);

it('runs each seed once, as many at a time as it may', async () => {
  const held = new HeldRuns();
  const over: number[] = [];
  const stress = stressOf({ run: held.run, onResult: ({ seed }) => over.push(seed) });
  const running = stress.run();
  expect([...held.running.keys()]).toEqual([7, 8]);
  for (const seed of [8, 9, 7, 11, 10]) await held.end(seed, trialResult('passed'));
  await running;
  expect(held.most).toBe(2);
  expect(over).toEqual([8, 9, 7, 11, 10]);
  expect(seedsOf(stress)).toEqual([7, 8, 9, 10, 11]);
});

it('ends what runs when it is stopped, and keeps what is over', async () => {
  const held = new HeldRuns();
  const stress = stressOf({ run: held.run });
  const running = stress.run();
  await held.end(7, trialResult('failed'));
  stress.stop();
  await running;
  expect(held.running.size).toBe(0);
  expect(seedsOf(stress)).toEqual([7]);
});

it('ends with the first failure if it is to', async () => {
  const held = new HeldRuns();
  const stress = stressOf({ run: held.run, untilFailure: true });
  const running = stress.run();
  await held.end(7, trialResult('passed'));
  await held.end(9, trialResult('hung'));
  await running;
  expect(seedsOf(stress)).toEqual([7, 9]);
});

it('ends all if one cannot be run, and says which', async () => {
  const held = new HeldRuns();
  const stress = stressOf({ run: held.run });
  const running = stress.run();
  const refused = trialResult('refused', { output: 'xen-evtchn: no /dev/fuse here\n' });
  const rejected = expect(running).rejects.toThrow(
    'the run with seed 8 could not be done: no /dev/fuse here',
  );
  await held.end(7, trialResult('passed'));
  await held.end(8, refused);
  await rejected;
  expect(held.running.size).toBe(0);
  expect(seedsOf(stress)).toEqual([7]);
});

const RESULTS: SeededResult[] = [
  { seed: 1, result: trialResult('passed', { faults: faultList([4, 5]) }) },
  {
    seed: 2,
    result: trialResult('hung', {
      faults: undefined,
      account: ['Port 14 of domain 0: it is masked.'],
      output: 'one\n\n two\x1b[31m\n',
    }),
  },
  { seed: 3, result: trialResult('failed', { status: 139, faults: faultList([6]) }) },
  { seed: 4, result: trialResult('hung') },
];
const command = (seed: number): string => `xen-evtchn run --seed ${seed}`;

it('says how they failed, the most frequent way first, and how to repeat each', () => {
  const outcome = { results: RESULTS, runs: 4, spec: 'ci', took: 41_000 };
  expect(stressReport(outcome, command, plain)).toEqual([
    '3 of 4 runs failed (seeds 1 to 4, faults ci) in 41s.',
    '3 faults injected in all.',
    '',
    '2 hung: seeds 2, 4',
    '  Port 14 of domain 0: it is masked.',
    '  Last lines with seed 2:',
    '    one',
    '     two?[31m',
    '  To repeat:',
    '    xen-evtchn run --seed 2',
    '    xen-evtchn run --seed 4',
    '',
    '1 exited with 139 (SIGSEGV): seed 3',
    '  It said nothing with seed 3.',
    '  To repeat:',
    '    xen-evtchn run --seed 3',
  ]);
});

it('names the first seeds of many', () => {
  const results = Array.from({ length: 20 }, (_, seed) => ({
    seed,
    result: trialResult('failed', { status: 2 }),
  }));
  const lines = stressReport({ results, runs: 20, spec: 'ci', took: 9000 }, command, plain);
  expect(lines).toContain('20 exited with 2: seeds 0, 1, 2, 3, 4, 5, 6, 7 and 12 more');
  expect(lines.filter((line) => line.includes('xen-evtchn run'))).toHaveLength(3);
});

it.each([
  [[RESULTS[0]!], 1, '1 run passed (seed 1, faults ci) in 1.0s.', '2 faults injected in all.'],
  [
    [{ seed: 9, result: trialResult('passed') }],
    3,
    '1 run passed (seed 9, faults ci) in 1.0s, of 3 that were to be.',
    'No fault was injected: there was no occasion for one, or none met the conditions.',
  ],
])('says if none failed, and whether there were any faults', (results, runs, ...lines) => {
  expect(stressReport({ results, runs, spec: 'ci', took: 1000 }, command, plain)).toEqual(lines);
});

it('says if none was over', () => {
  const outcome = { results: [], runs: 3, spec: 'ci', took: 1000 };
  expect(stressReport(outcome, command, plain)).toEqual(['None of 3 runs was over.']);
});

it('tells programs all of it', () => {
  const outcome = { results: RESULTS.slice(0, 2), runs: 4, spec: 'ci', took: 41_000.4 };
  expect(JSON.parse(stressJson(outcome, true, command))).toEqual({
    version: 1,
    spec: 'ci',
    runs: 4,
    interrupted: true,
    took: 41_000,
    results: [
      {
        seed: 1,
        outcome: 'passed',
        status: 0,
        took: 100,
        faults: [4, 5],
        account: [],
        output: '',
        command: 'xen-evtchn run --seed 1',
      },
      {
        seed: 2,
        outcome: 'hung',
        status: 124,
        took: 100,
        faults: null,
        account: ['Port 14 of domain 0: it is masked.'],
        output: 'one\n\n two\x1b[31m\n',
        command: 'xen-evtchn run --seed 2',
      },
    ],
  });
});
