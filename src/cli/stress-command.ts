import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { writeError } from '../errors/write-error.js';
import { STATUS_USAGE } from '../run/exit-status.js';
import { UsageError } from '../run/usage-error.js';
import { faultSeed, faultsOption, LAST_SEED } from './fault-options.js';
import { countNumber, domid, fileMode, timeSpan } from './option-values.js';
import type { RepeatedOptions } from './repeated-run.js';
import { runRequest, SEPARATOR } from './run-request.js';
import { checkPrograms, USUAL_TIMEOUT } from './trials.js';

/** The options as commander reads them. */
interface Flags extends RepeatedOptions {
  readonly runs: number;
  readonly faults: string;
  readonly seed: number;
  readonly jobs?: number;
  readonly timeout: number;
  readonly untilFailure?: boolean;
  readonly save?: string;
  readonly json?: string;
}

const USUAL_RUNS = 100;
const FIRST_SEED = 1;

const EXAMPLES = `
Examples:
  xen-evtchn stress ./test                       seeds 1 to 100 of the mix ci
  xen-evtchn stress --runs 1000 --until-failure ./test
  xen-evtchn stress --faults spurious:rate=0.5 --domain 0 ./back ::: --domain 1 ./front
  xen-evtchn stress --seed 5001 --json results.json --save failed -- ./test -v

Each run is a "xen-evtchn run --faults SPEC --seed N" of its own, with nothing on its stdin. One that
takes longer than --timeout hangs: it is said why, as far as can be seen, and all its processes are
ended. The summary has the failures by how they failed, each with the command that repeats it.

Ends with 0 if all runs passed, 1 if some failed, 125 if xen-evtchn could not do its part. Ctrl-C and
SIGTERM end it with 128+N and the summary of what there was by then.`;

/** @throws UsageError */
function lastSeed({ seed, runs }: Flags): number {
  const last = seed + runs - 1;
  if (last > LAST_SEED) {
    throw new UsageError(`--seed ${seed} --runs ${runs} go beyond the last seed, ${LAST_SEED}`);
  }
  return last;
}

/** Checks all that is checked of a run, and that its programs are there. @throws UsageError, or Error for a missing program */
async function check(words: readonly string[], flags: Flags): Promise<void> {
  lastSeed(flags);
  if (flags.save === '') throw new UsageError('--save needs a directory');
  if (flags.json === '') throw new UsageError('--json needs a file');
  // Of one run the time is nobody's business.
  const { timeout: _, ...options } = flags;
  const { programs } = await runRequest(words, options, process.env.XEN_EVTCHN_HOST);
  checkPrograms(programs);
}

/** Makes the file empty, before anything that would be lost if it cannot be written. @throws Error */
function checkWritable(path: string): void {
  try {
    writeFileSync(path, '');
  } catch (error) {
    throw writeError('the results', path, error);
  }
}

async function act(words: string[], flags: Flags, command: Command): Promise<void> {
  try {
    await check(words, flags);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    command.error(`error: ${error.message}`, { exitCode: STATUS_USAGE });
  }
  if (flags.json !== undefined) checkWritable(flags.json);
  const { stressRun } = await import('./stress-run.js');
  const { runs, faults: spec, seed: first, untilFailure = false, timeout, save, json } = flags;
  const jobs = flags.jobs ?? availableParallelism();
  process.exitCode = await stressRun({
    ...{ runs, spec, first, jobs, timeout, untilFailure, save, json },
    options: flags,
    words,
  });
}

/** The command `stress`: many seeds of faults. Its program must have {@link Command.enablePositionalOptions}. */
export function stressCommand(): Command {
  return new Command('stress')
    .summary('Run programs many times, each time with other faults.')
    .description(
      'Run programs many times on Xen hosts that show faults, each time with another seed, and tell how they failed.',
    )
    .usage(`[options] [--] PROGRAM [ARGS...] [${SEPARATOR} [--domain N] PROGRAM [ARGS...]]...`)
    .argument('[program...]')
    .addOption(new Option('--runs <N>', 'how many').argParser(countNumber).default(USUAL_RUNS))
    .addOption(faultsOption('which faults: a mix, or NAME[:KEY=VALUE]...,...').default('ci'))
    .addOption(
      new Option('--seed <N>', 'the first seed; the others follow')
        .argParser(faultSeed)
        .default(FIRST_SEED),
    )
    .option('--jobs <N>', 'runs at the same time (default: one for each CPU)', countNumber)
    .addOption(
      new Option('--timeout <TIME>', 'a run that takes longer hangs, and is ended')
        .argParser(timeSpan)
        .default(USUAL_TIMEOUT, '10s'),
    )
    .option('--until-failure', 'end with the first failure')
    .option('--save <DIR>', 'put the output and the faults of each failure there')
    .option('--json <FILE>', 'write all results there, for programs')
    .option('--domain <N>', 'the domain whose device the program sees (default: 0)', domid)
    .option('--file <FILE>', 'run the programs that a YAML or JSON file lists')
    .option('--allow-other', 'let programs of other users open the device')
    .option('--mode <MODE>', 'permissions of the device, in octal (default: 600)', fileMode)
    .passThroughOptions()
    .addHelpText('after', EXAMPLES)
    .action(act);
}
