import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { orUsageError, UsageError } from '../usage-error.js';

export const USAGE = `usage: npm run conformance:served -- [--only PATTERN] [--jobs N] [--cuse] [--verbose] [DIR]

Runs the scripted cases of a folder, as C programs, against the device that xen-evtchn serve shows,
and compares what it answers with recordings of the real one.

  DIR             a folder with cases/ and expected/, or one within its cases/; the project's own
                  copy unless given. In another folder a difference also counts as known if a
                  row of docs/deviations.md, "Served over FUSE", explains every line of it
  --only PATTERN  only cases whose name has this in it, such as ring/; * stands for anything
  --jobs N        that many hosts at a time; 2 unless given, 1 on a machine with one CPU
  --cuse          over CUSE, not FUSE
  --verbose       print every step with its answer
  --help          print this

Exit code: 0 when all passed, 1 when one failed, 2 for wrong usage, 3 when this machine cannot.
`;

/** Hosts at a time, unless told. */
const JOBS = 2;
const MAX_JOBS = 64;

/** What the command was asked for. */
export interface Options {
  /** Undefined for the project's own cases. */
  readonly folder: string | undefined;
  readonly only: string | undefined;
  readonly jobs: number;
  readonly cuse: boolean;
  readonly verbose: boolean;
}

/**
 * Understands the words of a command line.
 * @throws UsageError in one line
 */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        jobs: { type: 'string' },
        cuse: { type: 'boolean' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  if (values.help) return 'help';
  if (positionals.length > 1) throw new UsageError(`one DIR, not ${positionals.length}`);
  return {
    folder: positionals[0],
    only: values.only,
    jobs: values.jobs === undefined ? Math.min(JOBS, availableParallelism()) : count(values.jobs),
    cuse: values.cuse ?? false,
    verbose: values.verbose ?? false,
  };
}

function count(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MAX_JOBS) return number;
  throw new UsageError(`--jobs takes a number from 1 to ${MAX_JOBS}, not "${text}"`);
}
