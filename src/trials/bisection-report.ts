import { countText } from '../terminal/count-text.js';
import type { Paint } from '../terminal/style.js';
import { printable } from '../terminal/text-width.js';
import type { Bisection, BisectionEnd, FailingSet } from './bisection.js';
import { lastLines } from './output-tail.js';
import { outcomeText, type TrialResult } from './trial-result.js';

/** Lines of a program's output that are shown. */
const LINES = 5;

/** What a run said last, and, of one that hung, why. */
function evidence(result: TrialResult, paint: Paint): string[] {
  const said = lastLines(result.output, LINES);
  return [
    ...(result.account.length === 0 ? [] : ['', 'Why it hangs:']),
    ...result.account.map((sentence) => `  ${printable(sentence)}`),
    ...(said.length === 0 ? [] : ['', 'The last it said:']),
    ...said.map((line) => paint('dim', `  ${printable(line)}`)),
  ];
}

/** The lines of the faults of a set, as the host has them; the first of each number. */
function table({ numbers, result: { faults } }: FailingSet): string[] {
  if (faults === undefined) return numbers.map((number) => `  fault ${number}`);
  const rows = numbers.flatMap(
    (number) => faults.faults.find((each) => each.number === number) ?? [],
  );
  return [faults.heading, ...rows.map(({ line }) => line)].map((line) => `  ${printable(line)}`);
}

function setLines(
  { total }: Bisection,
  set: FailingSet,
  commandOf: (only: readonly number[]) => string,
  paint: Paint,
): string[] {
  const { numbers, result } = set;
  const what = `${numbers.length} of ${countText(total, 'fault')} ${numbers.length === 1 ? 'makes' : 'make'} it fail`;
  return [
    paint('bold', `${what} (it ${outcomeText(result)}):`),
    ...table(set),
    ...evidence(result, paint),
    '',
    'To repeat:',
    `  ${commandOf(numbers)}`,
  ];
}

/**
 * What the search for the faults that matter has come to, in lines.
 * @param end - undefined if it was interrupted
 * @param commandOf - the command line that runs the program with these faults only
 */
export function bisectionReport(
  bisection: Bisection,
  end: BisectionEnd | undefined,
  commandOf: (only: readonly number[]) => string,
  paint: Paint,
): string[] {
  const { smallest, bare, runs } = bisection;
  const tried = countText(runs, 'run');
  if (end === 'passes') return [`It did not fail in ${tried}: there is nothing to find.`];
  if (end === 'fails-without' && bare !== undefined) {
    return [
      paint(
        'bold',
        `It fails without any fault too (it ${outcomeText(bare)}): no fault is to blame.`,
      ),
      ...evidence(bare, paint),
      '',
      'To repeat:',
      `  ${commandOf([])}`,
    ];
  }
  if (smallest === undefined) return [`Interrupted after ${tried}: it has not failed so far.`];
  const lines = setLines(bisection, smallest, commandOf, paint);
  if (end === 'not-again') {
    return [
      `It failed, but not again with only the faults that were injected then, in ${tried}: more --tries may help.`,
      '',
      ...lines,
    ];
  }
  if (end === undefined)
    return [`Interrupted after ${tried}; the smallest set so far:`, '', ...lines];
  const rest = smallest.numbers.length > 1 ? '; none of them can be left out' : '';
  return [...lines, '', `Found in ${tried}${rest}.`];
}
