import type { Case } from '../case-folder.js';
import { unifiedDiff } from '../diff.js';
import {
  answerOn,
  type Deviation,
  type DifferentLine,
  type Kernel,
  type Transport,
} from './deviation.js';

/** What is known of the served device, and where it is served. */
export interface Known {
  readonly deviations: readonly Deviation[];
  readonly over: Transport;
  readonly kernel: Kernel;
  /** Only listed lines may differ; otherwise, in a case no row lists, rules may explain them too. */
  readonly strict: boolean;
}

/** How the answers of a served device compare with the recording. */
export type Verdict =
  | { readonly outcome: 'passed' }
  /** They differ just as rows of the table say. */
  | { readonly outcome: 'deviates'; readonly rows: readonly string[] }
  | { readonly outcome: 'failed'; readonly diff: string };

const BETWEEN = ' -> ';

/** The rows that list a case, with its lines. */
function listed(name: string, { deviations, over }: Known) {
  return deviations.flatMap((row) => {
    const lines = row[over]?.[name];
    return lines === undefined ? [] : [{ row: row.what, lines }];
  });
}

/** The recording with listed answers in the place of the real ones; undefined if the list does not fit it. */
function withAnswers(
  recording: string,
  lines: readonly DifferentLine[],
  kernel: Kernel,
): string | undefined {
  const text = recording.split('\n');
  for (const [line, step, real, served] of lines) {
    if (text[line - 1] !== `${step}${BETWEEN}${real}`) return undefined;
    text[line - 1] = `${step}${BETWEEN}${answerOn(kernel, served)}`;
  }
  return text.join('\n');
}

/** The step of a line and its answer. */
function parts(line: string): readonly [step: string, answer: string] {
  const at = line.lastIndexOf(BETWEEN);
  return at < 0 ? ['', line] : [line.slice(0, at), line.slice(at + BETWEEN.length)];
}

/** The row with a rule that makes the served line of the real one. */
function explanation(text: string, line: string, other: string, known: Known): string | undefined {
  const [[step, real], [sameStep, served]] = [parts(line), parts(other)];
  if (step !== sameStep) return undefined;
  const row = known.deviations.find(
    ({ rules, [known.over]: cases }) =>
      cases !== undefined &&
      rules.some(
        (rule) =>
          rule.step.test(step) &&
          (rule.inCase?.test(text) ?? true) &&
          real.replace(rule.real, answerOn(known.kernel, rule.served)) === served,
      ),
  );
  return row?.what;
}

/** The rows whose rules explain every difference; undefined if there is one they do not. */
function explained(
  { text, recording }: Case,
  output: string,
  known: Known,
): readonly string[] | undefined {
  const [real, served] = [recording!.text.split('\n'), output.split('\n')];
  if (real.length !== served.length) return undefined;
  const rows = real.flatMap((line, i) =>
    line === served[i] ? [] : [explanation(text, line, served[i]!, known)],
  );
  return rows.every((row) => row !== undefined) ? [...new Set(rows)] : undefined;
}

/**
 * Compares what a served device answered with the recording of the real one, and with what is known of it.
 * @param test - a case with a recording
 * @param output - what it printed
 */
export function judge(test: Case, output: string, known: Known): Verdict {
  const recording = test.recording!.text;
  const rows = listed(test.name, known);
  const lines = rows.flatMap((row) => row.lines);
  const expected = withAnswers(recording, lines, known.kernel);
  if (expected !== undefined && rows.length > 0) {
    if (output === expected) return { outcome: 'deviates', rows: rows.map(({ row }) => row) };
    const stale = output === recording ? 'it answers as recorded: no row should list it\n' : '';
    return failed(test, expected, 'as listed', output, stale);
  }
  if (known.strict && expected === undefined) {
    const note = 'the listed lines are not in the recording\n';
    return failed(test, recording, 'recorded', output, note);
  }
  if (output === recording) return { outcome: 'passed' };
  const why = known.strict ? undefined : explained(test, output, known);
  if (why !== undefined) return { outcome: 'deviates', rows: why };
  return failed(test, recording, 'recorded', output);
}

function failed(test: Case, expected: string, how: string, output: string, note = ''): Verdict {
  const diff = unifiedDiff(expected, output, `${test.name} ${how}`, `${test.name} served`);
  return { outcome: 'failed', diff: note + diff };
}
