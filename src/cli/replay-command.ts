import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { REPLAY_TESTS, type ReplayTestKind } from './replay-test-kind.js';

const EXAMPLES = `
Examples:
  $ xen-evtchn run --trace lost.jsonl -- ./back ::: --domain 7 ./front
  $ xen-evtchn replay lost.jsonl               does the same come of it here? what is stuck?
  $ xen-evtchn replay lost.jsonl --until 29    how it was when record 29 was written
  $ xen-evtchn replay lost.jsonl --as-test vitest > lost.test.ts

The trace must be JSON lines (.jsonl), have all records, and begin before its programs do. Every call
in it is made again, in order and at its time, on a host inside this process; nothing else is done.

Ends with 0 if every result and every step of every event is as recorded, 1 if not; 3 if the trace
cannot be read or replayed, 2 for wrong usage.`;

/** The options as commander reads them. */
interface Flags {
  readonly until?: number;
  readonly quiet?: boolean;
  readonly asTest?: ReplayTestKind;
}

/** Exit status where the replay does not agree with the trace. */
const STATUS_DIFFERS = 1;

/** Reads the number of a record, 1 or more. @throws InvalidArgumentError */
function recordNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of a record, 1 or more.');
}

async function act(path: string, { until, quiet = false, asTest }: Flags): Promise<void> {
  const { readTraceFile } = await import('../watch/trace-file.js');
  const { replayTrace } = await import('../replay/replay-trace.js');
  const { standardOutput, standardOutputLines } = await import('./standard-streams.js');
  const replayed = replayTrace(await readTraceFile(path), { until });
  if (!replayed.equal) process.exitCode = STATUS_DIFFERS;
  if (asTest !== undefined) {
    const { replayTest } = await import('./replay-test.js');
    standardOutput(replayTest(asTest, { path, until, replayed }));
    return;
  }
  const { differenceLines, replayLines } = await import('./replay-report.js');
  const { terminalOutput } = await import('./terminal-output.js');
  const report = quiet ? differenceLines(replayed) : replayLines(replayed, terminalOutput());
  await standardOutputLines(report);
}

/** The command `replay`: a trace done again. */
export function replayCommand(): Command {
  return new Command('replay')
    .summary('Do again what a trace has, and tell whether the same comes of it.')
    .description(
      'Do again what a trace has, on a host inside this process, and tell whether the same comes of it and what is stuck then.',
    )
    .addArgument(new Argument('<FILE>', 'the trace, JSON lines'))
    .option('--until <N>', 'end with the call that record N is of', recordNumber)
    .option('--quiet', 'print differences only')
    .addOption(
      new Option('--as-test <RUNNER>', 'print a unit test that does this instead')
        .choices(REPLAY_TESTS)
        .conflicts('quiet'),
    )
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(act);
}
