import { expect, it } from 'vitest';
import { StressProgress } from '../../../src/cli/stress-progress.js';
import { trialResult } from '../trials/trial-fixture.js';

/** Progress of so many runs, with a clock and a terminal of its own. */
function progressOf(runs: number, width: number | undefined) {
  const written: string[] = [];
  const clock = { now: 0 };
  const output = { write: (text: string) => written.push(text), width, now: () => clock.now };
  return { progress: new StressProgress(runs, output), written, clock };
}

const PASSED = trialResult('passed');

it('is a line with a bar on a terminal, which is gone in the end', async () => {
  const { progress, written, clock } = progressOf(10, 100);
  let end = (): void => {};
  const work = new Promise<void>((resolve) => {
    end = resolve;
  });
  const shown = progress.during(work);
  clock.now = 1000;
  progress.add({ seed: 1, result: PASSED });
  clock.now = 3000;
  progress.add({ seed: 2, result: trialResult('failed') });
  progress.add({ seed: 3, result: PASSED });
  end();
  await shown;
  expect(written).toEqual([
    `\r\x1b[K[${'-'.repeat(30)}] 0 of 10 runs, none failed`,
    `\r\x1b[K[###${'-'.repeat(27)}] 1 of 10 runs, none failed, 9.0s to go`,
    `\r\x1b[K[######${'-'.repeat(24)}] 2 of 10 runs, 1 failed, 12s to go`,
    '\r\x1b[K',
  ]);
});

it('fits into a narrow terminal', async () => {
  const { progress, written } = progressOf(10, 20);
  await progress.during(Promise.resolve());
  expect(written[0]).toBe('\r\x1b[K0 of 10 runs, none ');
});

it('is taken away if the work fails', async () => {
  const { progress, written } = progressOf(10, 80);
  await expect(progress.during(Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(written.at(-1)).toBe('\r\x1b[K');
});

it('is a line for each failure and each tenth of the way where there is no terminal', async () => {
  const { progress, written } = progressOf(20, undefined);
  for (let seed = 1; seed <= 20; seed++) {
    progress.add({ seed, result: seed === 3 ? trialResult('hung') : PASSED });
  }
  await progress.during(Promise.resolve());
  expect(written.slice(0, 4)).toEqual([
    'xen-evtchn: 2 of 20 runs, none failed\n',
    'xen-evtchn: seed 3 hung\n',
    'xen-evtchn: 4 of 20 runs, 1 failed\n',
    'xen-evtchn: 6 of 20 runs, 1 failed\n',
  ]);
  expect(written).toHaveLength(10);
});
