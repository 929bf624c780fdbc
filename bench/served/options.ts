import { chosen, readArguments, UsageError } from '../arguments.js';
import { GROUPS, type GroupName, NAMES } from './groups/all.js';

/** What the command was asked to do. */
export interface Options {
  readonly names: readonly GroupName[];
  /** Where the figures go; undefined for the usual place. */
  readonly json: string | undefined;
  readonly quick: boolean;
  readonly page: boolean;
}

const WIDTH = Math.max(...NAMES.map((name) => name.length));

export const USAGE = `usage: npm run bench:served -- [NAMES…] [--json FILE] [--quick] [--page]

Measures the served device against its requirements and prints the figures; without names all of:
${NAMES.map((name) => `  ${name.padEnd(WIDTH)}  ${GROUPS[name].about}`).join('\n')}

  --json FILE  where the figures go, every round of them (.bench/served.json in the project)
  --quick      fewer rounds: to see that it works, not to quote
  --page       also write the tables of docs/performance.md; of all, and not quick
  --help       print this

Needs root, /dev/fuse, a C compiler, and unshare and taskset of util-linux.
Exit code: 0 all requirements met, 1 not, or not measured, 2 wrong usage.
`;

/** @returns undefined if help is asked for. @throws UsageError */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = readArguments(args, {
    json: { type: 'string' },
    quick: { type: 'boolean' },
    page: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) return undefined;
  const { json, quick = false, page = false } = values;
  const names = chosen(positionals, NAMES);
  if (json === '') throw new UsageError('--json needs the name of a file');
  if (page && (quick || positionals.length > 0)) {
    throw new UsageError('--page needs the figures of all benchmarks: no names, no --quick');
  }
  return { names, json, quick, page };
}
