import type { FaultRequest } from '../faults/fault-request.js';
import type { Program } from '../run/program.js';
import { Bisection, type BisectionEnd } from '../trials/bisection.js';
import { bisectionReport } from '../trials/bisection-report.js';
import { runTrial, type TrialMeans } from '../trials/trial.js';
import { ProgressLine } from './progress-line.js';
import { type RepeatedOptions, repeatedCommand, repeatedWords } from './repeated-run.js';
import { standardError, standardOutputLines } from './standard-streams.js';
import { terminalOutput } from './terminal-output.js';
import { checkPrograms, USUAL_TIMEOUT, withTrials } from './trials.js';

/** What is to be searched. */
export interface BisectRequest {
  readonly programs: readonly Program[];
  readonly faults: FaultRequest;
  readonly options: RepeatedOptions;
  /** The same programs, as they were given. */
  readonly words: readonly string[];
  /** Runs with each set before it is taken to pass; 3 unless given. */
  readonly tries: number | undefined;
  /** Milliseconds that a run may take. */
  readonly timeout: number | undefined;
}

const USUAL_TRIES = 3;
/** Exit status if there was nothing to find. */
const STATUS_NOTHING = 1;

/** Tells how far the search is: on a terminal all the time, else each time that the set becomes smaller. */
function progressOf(bisection: () => Bisection): { show(): void; clear(): void } {
  const line =
    process.stderr.isTTY === true
      ? new ProgressLine(standardError, () => performance.now())
      : undefined;
  let told = Number.POSITIVE_INFINITY;
  const text = (): string => {
    const { smallest, total, runs } = bisection();
    if (smallest === undefined) return `run ${runs}: it has not failed yet`;
    return `run ${runs}: it fails with ${smallest.numbers.length} of ${total}`;
  };
  return {
    show() {
      line?.show(text);
      const { smallest } = bisection();
      if (line !== undefined || smallest === undefined || smallest.numbers.length >= told) return;
      told = smallest.numbers.length;
      standardError(`xen-evtchn: ${text()}\n`);
    },
    clear: () => line?.clear(),
  };
}

async function search(
  request: BisectRequest,
  means: TrialMeans,
  stopped: Promise<void>,
): Promise<number> {
  const { faults, options, words, tries = USUAL_TRIES } = request;
  const stop = new AbortController();
  void stopped.then(() => stop.abort());
  const withOnly = (only: readonly number[] | undefined): FaultRequest =>
    only === undefined ? faults : { ...faults, only };
  const progress = progressOf(() => bisection);
  const bisection: Bisection = new Bisection({
    run: (only) => runTrial(repeatedWords(withOnly(only), options, words), means, stop.signal),
    tries,
    only: faults.only,
    onRun: () => progress.show(),
  });
  let end: BisectionEnd | undefined;
  try {
    end = await bisection.search();
  } catch (error) {
    if (error !== stop.signal.reason) throw error;
  } finally {
    progress.clear();
  }
  const commandOf = (only: readonly number[]): string =>
    repeatedCommand(withOnly(only), options, words);
  await standardOutputLines(bisectionReport(bisection, end, commandOf, terminalOutput().paint));
  return end === 'found' ? 0 : STATUS_NOTHING;
}

/**
 * Finds the smallest set of faults that makes a program fail, and prints it; on a signal, the smallest so far.
 * @returns the exit status: 0 if it was found, 1 if there is nothing to find, 128+N after signal N
 * @throws (rejects) Error if the program cannot be run
 */
export async function bisectRun(request: BisectRequest): Promise<number> {
  checkPrograms(request.programs);
  return withTrials(request.timeout ?? USUAL_TIMEOUT, (means, stopped) =>
    search(request, means, stopped),
  );
}
