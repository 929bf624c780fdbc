import type { LabRun } from '../lab-run.js';
import type { Failure, FailureKind } from '../outcome.js';
import type { TriedRun } from '../shrink/tried-run.js';
import { type CallSite, callSite } from './call-site.js';
import { coloured, type Paint, uncoloured } from './look.js';
import type { RunRecorder } from './run-recorder.js';
import { sequenceText } from './sequence-text.js';
import { valueText } from './value-text.js';
import { WaitingAccount } from './waiting-account.js';

/** What a report is made of. */
export interface ReportMaterial {
  /** The run, over by now, that was recorded. */
  readonly run: LabRun;
  readonly recorder: RunRecorder;
  readonly tried: TriedRun;
  /** The same run before it was shrunk; the same as {@link tried} if it was not. */
  readonly found: TriedRun;
  /** In words: how it was found. */
  readonly origin: string;
  /** The string that repeats it. */
  readonly replay: string;
  readonly colour: boolean;
}

/** The report of a run that failed. */
export function reportText(material: ReportMaterial): string {
  const { run, recorder, tried, colour, replay, origin } = material;
  const paint = colour ? coloured : uncoloured;
  const failure = tried.failure!;
  const account = accountOf(failure, run, recorder);
  return [
    paint('red', headline(failure)),
    '',
    ...account,
    ...(account.length > 0 ? [''] : []),
    ...(recorder.steps.length > 0 ? sequence(material, paint) : []),
    `${origin}${shrunkText(material)}`,
    'Again:',
    `  await replay(scenario, '${replay}')`,
    '',
  ].join('\n');
}

const KINDS: Readonly<Record<FailureKind, string>> = {
  assertion: 'Assertion',
  'lost-wakeup': 'Lost wake-up',
  leftover: 'Leftover',
  invariant: 'Broken invariant',
  endless: 'Endless run',
  foreign: "Not the lab's",
  nondeterminism: 'Another run each time',
};

function sequence({ recorder, tried }: ReportMaterial, paint: Paint): string[] {
  return [
    paint('bold', 'How it came about:'),
    paint('dim', legend(tried)),
    '',
    ...sequenceText(recorder.setup, recorder.steps, paint),
    '',
  ];
}

/** What failed, in a sentence. */
export function headline({ kind, message, error }: Failure): string {
  const thrown = error === undefined ? '' : thrownText(error);
  const because = thrown === '' || message.includes(thrown) ? '' : `: ${thrown}`;
  return `${KINDS[kind]}: ${message}${because}`;
}

function accountOf({ kind, left }: Failure, run: LabRun, recorder: RunRecorder): string[] {
  if (kind === 'lost-wakeup') return new WaitingAccount(run, recorder).lines();
  return left === undefined ? [] : ['Left behind:', ...left.map((one) => `  ${one}`)];
}

/** The first line, with the next where that is what it announces: what an assertion has besides is in the cause. */
function thrownText(error: unknown): string {
  if (!(error instanceof Error)) return valueText(error);
  const [first = '', second = ''] = error.message.split('\n').filter((line) => line.trim() !== '');
  return `${error.name}: ${first}${first.endsWith(':') ? ` ${second.trim()}` : ''}`;
}

function legend({ decisions }: TriedRun): string {
  const switched = '> another goes on';
  return decisions.length === 0
    ? `(${switched})`
    : `(${switched}; >> it goes although, left alone, another would have)`;
}

function shrunkText({ tried, found }: ReportMaterial): string {
  const count = ({ schedule, switches }: TriedRun) =>
    `${plural(schedule.length, 'step')} with ${plural(switches, 'switch', 'switches')}`;
  return tried === found ? `, ${count(tried)}.` : `, ${count(found)}; shrunk to ${count(tried)}.`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Where a failure is in the program: where it threw, or where it waits; undefined if it is nowhere. */
export function failureSite(
  { error, kind }: Failure,
  run: LabRun,
  recorder: RunRecorder,
): CallSite | undefined {
  if (error instanceof Error) return callSite(error.stack);
  if (kind !== 'lost-wakeup') return undefined;
  for (const { operations, daemon } of run.parties) {
    const [operation] = daemon ? [] : operations;
    const site = operation && recorder.operation(operation)?.site;
    if (site !== undefined) return site;
  }
  return undefined;
}
