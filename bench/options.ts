import { chosen, readArguments, UsageError } from './arguments.js';
import { GROUPS, type GroupName, NAMES } from './groups/all.js';

/** What the command was asked to do. */
export interface Options {
  readonly names: readonly GroupName[];
  /** Where the figures go; undefined for the usual place. */
  readonly json: string | undefined;
  readonly quick: boolean;
  readonly charts: boolean;
}

const WIDTH = Math.max(...NAMES.map((name) => name.length));

export const USAGE = `usage: npm run bench -- [NAMES…] [--json FILE] [--quick] [--charts]

Measures the library against its requirements and prints the figures; without names all of:
${NAMES.map((name) => `  ${name.padEnd(WIDTH)}  ${GROUPS[name].about}`).join('\n')}

  --json FILE  where the figures go, every round of them (.bench/results.json in the project)
  --quick      fewer and shorter rounds: to see that it works, not to quote
  --charts     also write the charts and the tables of docs/performance.md; of all, and not quick
  --help       print this

Exit code: 0 all requirements met, 1 not, 2 wrong usage.
`;

/** @returns undefined if help is asked for. @throws UsageError */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = readArguments(args, {
    json: { type: 'string' },
    quick: { type: 'boolean' },
    charts: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) return undefined;
  const { json, quick = false, charts = false } = values;
  const names = chosen(positionals, NAMES);
  if (json === '') throw new UsageError('--json needs the name of a file');
  if (charts && (quick || positionals.length > 0)) {
    throw new UsageError('--charts needs the figures of all benchmarks: no names, no --quick');
  }
  return { names, json, quick, charts };
}
