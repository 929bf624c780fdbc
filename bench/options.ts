import { parseArgs } from 'node:util';
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

/** Wrong usage; the message is one line. */
export class UsageError extends Error {}

/** @returns undefined if help is asked for. @throws UsageError */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const { json, quick = false, charts = false } = values;
  const unknown = positionals.find((name) => !(NAMES as string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`no benchmark '${unknown}'; there are ${NAMES.join(', ')}`);
  }
  if (json === '') throw new UsageError('--json needs the name of a file');
  if (charts && (quick || positionals.length > 0)) {
    throw new UsageError('--charts needs the figures of all benchmarks: no names, no --quick');
  }
  const names =
    positionals.length === 0 ? NAMES : NAMES.filter((name) => positionals.includes(name));
  return { names, json, quick, charts };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        quick: { type: 'boolean' },
        charts: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // Node adds advice on arguments that begin with a dash; the option it does not know is enough.
    const [line] = (error as Error).message.split(/\n|\. /);
    throw new UsageError(line!);
  }
}
