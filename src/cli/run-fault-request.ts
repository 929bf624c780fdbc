import type { RunRequest } from '../run/run.js';
import { UsageError } from '../run/usage-error.js';
import { askedFaults, chosenSeedText } from './fault-options.js';
import { repeatedCommand } from './repeated-run.js';
import type { RunOptions } from './run-request.js';

/** What belongs to faults that nobody asked for. @throws UsageError */
function checkWithout({ faultLog, bisect }: RunOptions): void {
  if (faultLog !== undefined) throw new UsageError('--fault-log is for --faults SPEC');
  if (bisect === true) throw new UsageError('--bisect is for --faults SPEC --seed N');
}

/** The host must be one of our own, with a tree that lists them. @throws UsageError */
function checkHost({ cuse }: RunOptions, host: string | undefined): void {
  if (host !== undefined) {
    throw new UsageError(
      `--faults is for a private host; the one at ${host} shows faults if its "serve" is given --faults`,
    );
  }
  if (cuse === true) {
    throw new UsageError(
      '--faults are listed in the tree of the host, which a private one has not with --cuse',
    );
  }
}

/** @throws UsageError for what does not go with many runs */
function checkBisect({ seed, trace, faultLog }: RunOptions): void {
  if (seed === undefined) {
    throw new UsageError('--bisect needs --seed N, one that fails: xen-evtchn stress finds it');
  }
  if (trace !== undefined || faultLog !== undefined) {
    throw new UsageError('--bisect is many runs: --trace and --fault-log are for one');
  }
}

/**
 * The faults that a command line of `run` asks for.
 * @param words - what is left of it after the options
 * @param host - the host it joins
 * @throws UsageError
 */
export function faultsOfRun(
  words: readonly string[],
  options: RunOptions,
  host: string | undefined,
): RunRequest['faults'] {
  const { faultLog, bisect, tries, timeout } = options;
  if (bisect !== true && (tries !== undefined || timeout !== undefined)) {
    throw new UsageError('--tries and --timeout are for --bisect; timeout(1) ends what hangs');
  }
  const asked = askedFaults(options);
  if (asked === undefined) {
    checkWithout(options);
    return undefined;
  }
  checkHost(options, host);
  if (bisect === true) checkBisect(options);
  if (faultLog === '') throw new UsageError('--fault-log needs a file');
  return {
    request: asked.request,
    repeat: repeatedCommand(asked.request, options, words),
    ...(asked.chosen ? { hint: chosenSeedText(asked.request) } : {}),
    ...(faultLog === undefined ? {} : { log: faultLog }),
  };
}
