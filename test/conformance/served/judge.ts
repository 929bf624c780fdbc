import type { Case } from '../case-folder.js';
import { unifiedDiff } from '../diff.js';
import type { Deviation, DifferentLine, Transport } from './deviation.js';

/** How the answers of a served device compare with the recording. */
export type Verdict =
  | { readonly outcome: 'passed' }
  /** They differ just as rows of the table say. */
  | { readonly outcome: 'deviates'; readonly rows: readonly string[] }
  | { readonly outcome: 'failed'; readonly diff: string };

const BETWEEN = ' -> ';

/** The rows that list a case, with its lines. */
function listed(name: string, deviations: readonly Deviation[], over: Transport) {
  return deviations.flatMap((row) => {
    const lines = row[over]?.[name];
    return lines === undefined ? [] : [{ row: row.what, lines }];
  });
}

/** The recording with listed answers in the place of the real ones; undefined if the list does not fit it. */
function withAnswers(recording: string, lines: readonly DifferentLine[]): string | undefined {
  const text = recording.split('\n');
  for (const [line, step, real, served] of lines) {
    if (text[line - 1] !== `${step}${BETWEEN}${real}`) return undefined;
    text[line - 1] = `${step}${BETWEEN}${served}`;
  }
  return text.join('\n');
}

/** The row whose rule makes the served line of the real one. */
function explains(
  { rules }: Deviation,
  text: string,
  step: string,
  real: string,
  served: string,
): boolean {
  return rules.some(
    (rule) =>
      rule.step.test(step) &&
      (rule.inCase?.test(text) ?? true) &&
      real.replace(rule.real, rule.served) === served,
  );
}

/** The rows whose rules explain every difference; undefined if there is one they do not. */
function explained(
  test: Case,
  recording: string,
  output: string,
  deviations: readonly Deviation[],
  over: Transport,
): readonly string[] | undefined {
  const [real, served] = [recording.split('\n'), output.split('\n')];
  if (real.length !== served.length) return undefined;
  const rows = new Set<string>();
  for (const [i, line] of real.entries()) {
    const other = served[i]!;
    if (line === other) continue;
    const at = line.lastIndexOf(BETWEEN) + BETWEEN.length;
    if (at < BETWEEN.length || other.slice(0, at) !== line.slice(0, at)) return undefined;
    const step = line.slice(0, at - BETWEEN.length);
    const row = deviations.find(
      (one) =>
        one[over] !== undefined && explains(one, test.text, step, line.slice(at), other.slice(at)),
    );
    if (row === undefined) return undefined;
    rows.add(row.what);
  }
  return [...rows];
}

/**
 * Compares what a served device answered with the recording of the real one, and with what is known of it.
 * @param output - what it printed
 * @param deviations - what is known
 * @param strict - only listed lines may differ; otherwise, in a case no row lists, rules may explain them too
 */
export function judge(
  test: Case,
  output: string,
  deviations: readonly Deviation[],
  over: Transport,
  strict: boolean,
): Verdict {
  const recording = test.recording!.text;
  const rows = listed(test.name, deviations, over);
  const expected = withAnswers(
    recording,
    rows.flatMap(({ lines }) => lines),
  );
  if (expected !== undefined && rows.length > 0) {
    if (output === expected) return { outcome: 'deviates', rows: rows.map(({ row }) => row) };
    const stale = output === recording ? 'it answers as recorded: no row should list it\n' : '';
    return failed(test, expected, 'as listed', output, stale);
  }
  if (strict && expected === undefined) {
    return failed(
      test,
      recording,
      'recorded',
      output,
      'the listed lines are not in the recording\n',
    );
  }
  if (output === recording) return { outcome: 'passed' };
  const known = strict ? undefined : explained(test, recording, output, deviations, over);
  if (known !== undefined) return { outcome: 'deviates', rows: known };
  return failed(test, recording, 'recorded', output);
}

function failed(test: Case, expected: string, how: string, output: string, note = ''): Verdict {
  const diff = unifiedDiff(expected, output, `${test.name} ${how}`, `${test.name} served`);
  return { outcome: 'failed', diff: note + diff };
}
