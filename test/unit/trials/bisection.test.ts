import { expect, it } from 'vitest';
import { plain } from '../../../src/terminal/style.js';
import { Bisection, type BisectionOptions } from '../../../src/trials/bisection.js';
import { bisectionReport } from '../../../src/trials/bisection-report.js';
import type { TrialResult } from '../../../src/trials/trial-result.js';
import { faultList, HEADING, trialResult } from './trial-fixture.js';

const ALL = [17, 42, 99, 5, 731];

/** A search in a program that fails with some faults, as far as they are asked for. */
function bisection(
  fails: (numbers: readonly number[], run: number) => boolean,
  options: Partial<BisectionOptions> = {},
): Bisection {
  let run = 0;
  return new Bisection({
    run: async (only) => {
      const numbers = only === undefined ? ALL : ALL.filter((each) => only.includes(each));
      const faults = faultList(numbers);
      const failed = fails(numbers, run++);
      return trialResult(failed ? 'failed' : 'passed', { faults, output: 'lost 1\nlost 2\n' });
    },
    tries: 1,
    only: undefined,
    ...options,
  });
}

const report = (search: Bisection, end: Parameters<typeof bisectionReport>[1]): string[] =>
  bisectionReport(search, end, (only) => `again ${only}`, plain);

it('finds the faults that matter, and prints them with the command', async () => {
  const search = bisection((numbers) => numbers.includes(42) && numbers.includes(731));
  expect(await search.search()).toBe('found');
  expect(search.smallest?.numbers).toEqual([42, 731]);
  expect(report(search, 'found')).toEqual([
    '2 of 5 faults make it fail (it exited with 1):',
    `  ${HEADING}`,
    '  42 delay 0 14 back[9] 1.0 ms',
    '  731 delay 0 14 back[9] 1.0 ms',
    '',
    'The last it said:',
    '  lost 1',
    '  lost 2',
    '',
    'To repeat:',
    '  again 42,731',
    '',
    `Found in ${search.runs} runs; none of them can be left out.`,
  ]);
});

it('begins with the faults it is given', async () => {
  const asked: unknown[] = [];
  const search = bisection(({ length }) => length > 0, {
    only: [17, 42],
    onRun: () => asked.push(search.smallest?.numbers),
  });
  expect(await search.search()).toBe('found');
  expect(search.total).toBe(2);
  expect(search.smallest?.numbers).toEqual([17]);
  expect(asked).toHaveLength(search.runs);
});

it('tries a set several times before it takes it to pass', async () => {
  const search = bisection((numbers, run) => numbers.includes(5) && run % 3 === 2, { tries: 3 });
  expect(await search.search()).toBe('found');
  expect(search.smallest?.numbers).toEqual([5]);
});

it('says if it never fails', async () => {
  const search = bisection(() => false, { tries: 4 });
  const end = await search.search();
  expect(report(search, end)).toEqual(['It did not fail in 4 runs: there is nothing to find.']);
});

it('says if it fails without any fault', async () => {
  const search = bisection(() => true);
  const end = await search.search();
  expect(search.runs).toBe(2);
  expect(report(search, end)).toEqual([
    'It fails without any fault too (it exited with 1): no fault is to blame.',
    '',
    'The last it said:',
    '  lost 1',
    '  lost 2',
    '',
    'To repeat:',
    '  again ',
  ]);
});

it('says if it does not fail again with the faults that there were', async () => {
  const search = bisection((_, run) => run === 0, { tries: 2 });
  const end = await search.search();
  expect(end).toBe('not-again');
  expect(report(search, end).join('\n')).toMatch(/^It failed, but not again .* in 5 runs: more/);
});

it('keeps the smallest set when it is interrupted', async () => {
  const stop = new Error('interrupted');
  const search = bisection((numbers, run) => {
    if (run === 4) throw stop;
    return numbers.includes(42);
  });
  await expect(search.search()).rejects.toBe(stop);
  expect(search.smallest?.numbers).toEqual([17, 42, 99]);
  expect(report(search, undefined).slice(0, 3)).toEqual([
    'Interrupted after 4 runs; the smallest set so far:',
    '',
    '3 of 5 faults make it fail (it exited with 1):',
  ]);
});

it('says if it was interrupted before anything failed', () => {
  expect(
    report(
      bisection(() => true),
      undefined,
    ),
  ).toEqual(['Interrupted after no runs: it has not failed so far.']);
});

it('tells why a run hung, and what faults it may have had where that is not known', async () => {
  const hung = trialResult('hung', { faults: undefined, account: ['Port 14 is masked.'] });
  const search = bisection(() => true, {
    only: [17],
    run: async (only): Promise<TrialResult> => (only?.length === 1 ? hung : trialResult('passed')),
  });
  expect(report(search, await search.search())).toEqual([
    '1 of 1 fault makes it fail (it hung):',
    '  fault 17',
    '',
    'Why it hangs:',
    '  Port 14 is masked.',
    '',
    'To repeat:',
    '  again 17',
    '',
    'Found in 3 runs.',
  ]);
});

it.each([
  [
    trialResult('refused', { faults: undefined, output: 'xen-evtchn: no /dev/fuse\n' }),
    /^no \/dev\/fuse$/,
  ],
  [trialResult('refused', { faults: undefined }), /^it ended with 125 and said nothing$/],
  [trialResult('hung', { faults: undefined }), /which faults were injected is not known/],
  [
    trialResult('failed', { faults: faultList([1], 70) }),
    /more faults than are listed \(70 before/,
  ],
])('gives up where there is no telling', async (result, message) => {
  const search = bisection(() => true, { run: async () => result });
  await expect(search.search()).rejects.toThrow(message);
});

it('takes another failure than the first for none', async () => {
  const search = bisection(() => true, {
    run: async (only) => {
      const faults = faultList(ALL.filter((each) => only?.includes(each) !== false));
      if (only === undefined || only.includes(42)) return trialResult('hung', { faults });
      return trialResult(only.includes(17) ? 'failed' : 'passed', { faults });
    },
  });
  expect(await search.search()).toBe('found');
  expect(search.smallest?.numbers).toEqual([42]);
});

it('needs no further run to see that it fails without faults', async () => {
  const search = bisection(() => true, {
    run: async () => trialResult('failed', { faults: faultList([]) }),
  });
  expect(await search.search()).toBe('fails-without');
  expect(search.runs).toBe(1);
});

it('sees that it fails without faults where none of those that were asked for came', async () => {
  const search = bisection(() => true, {
    run: async (only) => {
      if (only?.length === 0) return trialResult('passed');
      const shown = only === undefined || only.length === ALL.length ? ALL : [];
      return trialResult('failed', { faults: faultList(shown) });
    },
  });
  expect(await search.search()).toBe('fails-without');
});
