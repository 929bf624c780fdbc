import { atol, scanRange } from './c-numbers.js';
import { ScriptError, type Step, type StepTable } from './step.js';
import { StepArguments } from './step-arguments.js';
import { binds } from './steps/binds.js';
import { domains } from './steps/domains.js';
import { fileOperations } from './steps/file-operations.js';
import { ioctls } from './steps/ioctls.js';
import { jobs } from './steps/jobs.js';
import { open } from './steps/open.js';
import { polling } from './steps/polling.js';
import { executeInChild, processes } from './steps/processes.js';
import { pumpSteps } from './steps/pump.js';
import { reading } from './steps/reading.js';
import { relations } from './steps/relations.js';
import { signalSteps } from './steps/signal-steps.js';
import { writing } from './steps/writing.js';
import type { Thread } from './thread.js';

const FAMILIES: readonly StepTable[] = [
  open,
  binds,
  ioctls,
  reading,
  writing,
  polling,
  fileOperations,
  signalSteps,
  jobs,
  processes,
  domains,
  pumpSteps,
  relations,
];
const STEPS: ReadonlyMap<string, Step> = new Map(
  FAMILIES.flatMap((steps) => Object.entries(steps)),
);

/** Bytes of a step's result; what is beyond is lost. */
const MAX_PRINTED = 65_535;
/** Different results of one repeated step that are counted; more are left out. */
const MAX_RESULTS = 20;
/** What of a repeated step's result counts. */
const MAX_RESULT = 119;
/** Steps of one `repeat`. */
const MAX_REPEATED = 16;
const MAX_REPEATED_TEXT = 4095;
const MAX_EACH_TEXT = 4000;

/** Runs a step, `repeat` and `each` among them. @returns its result */
export async function runStep(thread: Thread, text: string): Promise<string> {
  const line = text.replace(/^[ \t]+/, '');
  let result: string;
  if (line.startsWith('repeat ')) result = await repeat(thread, line);
  else if (line.startsWith('each ')) result = await each(thread, line);
  else result = await runOne(thread, line);
  return result.slice(0, MAX_PRINTED);
}

async function runOne(thread: Thread, line: string): Promise<string> {
  const args = new StepArguments(line);
  const { name } = args;
  if (name === '') return '';
  const step = name.startsWith('@') ? executeInChild : STEPS.get(name);
  const { process } = thread;
  try {
    if (step === undefined) throw new ScriptError('unknown step');
    return await step({ line, args, thread, process, symbols: process.run.symbols });
  } catch (error) {
    if (error instanceof ScriptError) return error.message;
    throw error;
  }
}

/** Runs one of the steps that are repeated. */
async function resultOf(thread: Thread, line: string): Promise<string> {
  const result = await runOne(thread, line);
  if (thread.process.run.busy) await thread.settle();
  return result.slice(0, MAX_RESULT);
}

/** Results with how often each came, in the order they came first. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(result: string): void {
    const count = this.#counts.get(result);
    if (count === undefined && this.#counts.size >= MAX_RESULTS) return;
    this.#counts.set(result, (count ?? 0) + 1);
  }

  toString(): string {
    const parts = Array.from(this.#counts, ([result, count]) => `${result} *${count}`);
    return `{${parts.join(', ')}}`;
  }
}

/** `repeat N : s1 ; s2` */
async function repeat(thread: Thread, line: string): Promise<string> {
  const colon = line.indexOf(':');
  if (colon < 0) return 'SCRIPT-ERROR';
  const times = atol(line.slice('repeat '.length));
  const steps = line
    .slice(colon + 1, colon + 1 + MAX_REPEATED_TEXT)
    .split(';')
    .filter((step) => step !== '')
    .slice(0, MAX_REPEATED);
  const tallies = steps.map(() => new Tally());
  for (let i = 0n; i < times; i++) {
    for (const [j, step] of steps.entries()) tallies[j]!.add(await resultOf(thread, step));
  }
  return tallies.join(' ; ');
}

/** `each A..B : step with $i` */
async function each(thread: Thread, line: string): Promise<string> {
  const range = scanRange(line.slice('each '.length));
  const colon = line.indexOf(':');
  if (range === undefined || colon < 0) return 'SCRIPT-ERROR';
  const [first, last] = range;
  const step = line.slice(colon + 1).replace(/^ +/, '');
  const direction = first <= last ? 1 : -1;
  const tally = new Tally();
  for (let i = first; direction > 0 ? i <= last : i >= last; i += direction) {
    const substituted = step.replaceAll('$i', String(i)).slice(0, MAX_EACH_TEXT);
    tally.add(hideIndex(await resultOf(thread, substituted), i));
  }
  return String(tally);
}

/** The last name in a result that ends with the index is shown with `$i` for it, so that results become equal. */
function hideIndex(result: string, index: number): string {
  const digits = String(index);
  let last = -1;
  for (let at = result.indexOf(digits); at >= 0; at = result.indexOf(digits, at + 1)) {
    const before = result[at - 1] ?? '';
    const after = result[at + digits.length] ?? '';
    if (/[A-Za-z]/.test(before) && !/[0-9]/.test(after)) last = at;
  }
  if (last < 0) return result;
  return `${result.slice(0, last)}$i${result.slice(last + digits.length)}`.slice(0, MAX_RESULT);
}
