import { writeFileSync } from 'node:fs';
import { writeError } from '../errors/write-error.js';
import { STATUS_FAILED } from '../run/exit-status.js';
import { saveFailure } from '../trials/saved-failure.js';
import { type SeededResult, Stress } from '../trials/stress.js';
import { stressJson } from '../trials/stress-json.js';
import { type StressOutcome, stressReport } from '../trials/stress-report.js';
import { runTrial, type TrialMeans } from '../trials/trial.js';
import { type RepeatedOptions, repeatedCommand, repeatedWords } from './repeated-run.js';
import { standardError, standardOutputLines } from './standard-streams.js';
import { StressProgress } from './stress-progress.js';
import { terminalOutput } from './terminal-output.js';
import { withTrials } from './trials.js';

/** What `xen-evtchn stress` is to do. */
export interface StressRequest {
  readonly spec: string;
  /** The first seed. */
  readonly first: number;
  readonly runs: number;
  /** Runs at the same time. */
  readonly jobs: number;
  /** Milliseconds that a run may take. */
  readonly timeout: number;
  readonly untilFailure: boolean;
  /** A directory for what failures said. */
  readonly save: string | undefined;
  /** A file for all results. */
  readonly json: string | undefined;
  /** How the programs are run. */
  readonly options: RepeatedOptions;
  /** The programs, as they were given. */
  readonly words: readonly string[];
}

const say = (text: string): void => standardError(`xen-evtchn: ${text}\n`);

/** One `stress`, from the first run to its summary. */
class StressRun {
  readonly #request: StressRequest;
  readonly #progress: StressProgress;
  #unsaved: unknown;

  constructor(request: StressRequest) {
    this.#request = request;
    const { isTTY, columns } = process.stderr;
    this.#progress = new StressProgress(request.runs, {
      write: standardError,
      width: isTTY === true ? columns || 80 : undefined,
      now: () => performance.now(),
    });
  }

  async run(means: TrialMeans, stopped: Promise<void>): Promise<number> {
    const { spec, runs } = this.#request;
    const began = performance.now();
    const stress = new Stress({
      ...this.#request,
      run: (seed, stop) => runTrial(this.#words(seed), means, stop),
      onResult: (result) => this.#over(result),
    });
    let interrupted = false;
    void stopped.then(() => {
      interrupted = true;
      stress.stop();
    });
    let failure: unknown;
    try {
      await this.#progress.during(stress.run());
    } catch (error) {
      failure = error;
    }
    const outcome = { results: stress.results, runs, spec, took: performance.now() - began };
    const told = await this.#tell(outcome, interrupted);
    // What was found by then is told first.
    if (failure !== undefined) throw failure;
    if (!told) return STATUS_FAILED;
    return outcome.results.every(({ result }) => result.outcome === 'passed') ? 0 : 1;
  }

  #words(seed: number): string[] {
    const { spec, options, words } = this.#request;
    return repeatedWords({ spec, seed }, options, words);
  }

  readonly #command = (seed: number): string => {
    const { spec, options, words } = this.#request;
    return repeatedCommand({ spec, seed }, options, words);
  };

  #over(result: SeededResult): void {
    this.#progress.add(result);
    const { save } = this.#request;
    if (save === undefined || result.result.outcome === 'passed') return;
    try {
      saveFailure(save, result, this.#command(result.seed));
    } catch (error) {
      this.#unsaved ??= error;
    }
  }

  /** @returns whether all of it could be told */
  async #tell(outcome: StressOutcome, interrupted: boolean): Promise<boolean> {
    const { json, save } = this.#request;
    await standardOutputLines(stressReport(outcome, this.#command, terminalOutput().paint));
    if (this.#unsaved !== undefined) {
      say(writeError('what is known of the failures', save!, this.#unsaved).message);
    }
    if (json === undefined) return this.#unsaved === undefined;
    try {
      writeFileSync(json, stressJson(outcome, interrupted, this.#command));
      return this.#unsaved === undefined;
    } catch (error) {
      say(writeError('the results', json, error).message);
      return false;
    }
  }
}

/**
 * Runs programs with many seeds, and prints what came of it.
 * @returns the exit status: 0 if all passed, 1 if some failed, 125 if not all of it could be written, 128+N after signal N
 * @throws (rejects) Error if a run cannot be done, after what was found by then is printed
 */
export function stressRun(request: StressRequest): Promise<number> {
  return withTrials(request.timeout, (means, stopped) =>
    new StressRun(request).run(means, stopped),
  );
}
