import { readArguments, UsageError } from '../bench/arguments.js';
import { EXHIBITS } from './exhibits.js';

/** What the command was asked to do. */
export interface Options {
  /** Names of exhibits; all of them if none is named. */
  readonly only: readonly string[];
  readonly json: boolean;
  readonly check: boolean;
  /** The programs in C, under faults. */
  readonly served: boolean;
}

const NAMES = EXHIBITS.map(({ name }) => name);

export const USAGE = `usage: npm run gallery -- [--only NAME…] [--json] [--check | --served]

Explores the broken and the corrected programs of the gallery and writes the table of docs/gallery.md, which is the same each
time:
${EXHIBITS.map(({ name, title }) => `  ${name.padEnd(26)}${title}`).join('\n')}

  --only NAME  this one only (may be repeated); prints its row and writes nothing
  --json       prints the figures as JSON
  --check      writes nothing, but fails if the page is not what comes out; runs the corrected programs by fewer schedules
  --served     the programs in C instead, on a served host that shows faults, and their table; needs gcc, libxenevtchn and what
               xen-evtchn run needs. The figures vary a little.
  --help       print this

Exit code: 0 all is as it should be, 1 not, 2 wrong usage.
`;

/** @returns undefined if help is asked for. @throws UsageError */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = readArguments(args, {
    only: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    check: { type: 'boolean' },
    served: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) return undefined;
  const { only = [], json = false, check = false, served = false } = values;
  if (positionals.length > 0) throw new UsageError(`what is '${positionals[0]}'? see --help`);
  const unknown = only.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`nothing here is called '${unknown}'; there are ${NAMES.join(', ')}`);
  }
  if (check && only.length > 0) throw new UsageError('--check is of the whole page: no --only');
  if (check && served) throw new UsageError('--served has no --check: its figures vary');
  return { only, json, check, served };
}
