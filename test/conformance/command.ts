import { parseArgs } from 'node:util';
import type { EventAbi } from '../../src/hypervisor/port-ops.js';
import { FolderError, readCases } from './case-folder.js';
import { namePattern } from './name-pattern.js';
import type { Output } from './output.js';
import { type Result, runCases } from './run-cases.js';
import { orUsageError, UsageError } from './usage-error.js';

export const USAGE = `usage: npm run conformance -- [--two-level] [--only PATTERN] [--verbose] [DIR]

Runs the scripted cases of a folder against the embedded device and the hypervisor and compares what
they answer with recordings of the real ones.

  DIR             a folder with cases/ and expected/ (and hv-cases/ and hv-expected/), or one within
                  its cases/; the project's own copy unless given
  --two-level     use the two-level ABI, not FIFO: expected-2l/ comes before expected/
  --only PATTERN  only cases whose name has this in it, such as ring/ or hv:status; * stands for
                  anything
  --verbose       print every step with its answer
  --help          print this

Exit code: 0 when all passed, 1 when one failed, 2 for wrong usage.
`;

interface Options {
  readonly folder: string;
  readonly abi: EventAbi;
  readonly wanted: (name: string) => boolean;
  readonly only: string | undefined;
  readonly verbose: boolean;
}

function parse(args: readonly string[], ownFolder: string): Options | 'help' {
  const { values, positionals } = orUsageError(() => parseWords(args));
  if (values.help) return 'help';
  if (positionals.length > 1) throw new UsageError(`one DIR, not ${positionals.length}`);
  const { only } = values;
  return {
    folder: positionals[0] ?? ownFolder,
    abi: values['two-level'] ? 'two-level' : 'fifo',
    only,
    wanted: namePattern(only),
    verbose: values.verbose ?? false,
  };
}

function parseWords(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'two-level': { type: 'boolean' },
      only: { type: 'string' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function print(result: Result, { verbose }: Options, { out }: Output): void {
  if (result.outcome === 'left out') return;
  if (verbose) out(`=== ${result.name}: ${result.outcome}\n${result.output}`);
  if (result.outcome === 'failed') out(`FAILED ${result.name}\n${result.diff}\n`);
}

/**
 * The command, without its process.
 * @param ownFolder - the project's own cases
 * @returns its exit code
 */
export async function conformance(
  args: readonly string[],
  ownFolder: string,
  output: Output,
): Promise<number> {
  try {
    const options = parse(args, ownFolder);
    if (options === 'help') {
      output.out(USAGE);
      return 0;
    }
    return await compare(options, output);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof FolderError)) throw error;
    output.err(`conformance: ${error.message} (see --help)\n`);
    return 2;
  }
}

async function compare(options: Options, output: Output): Promise<number> {
  const { folder, abi, only, wanted } = options;
  const cases = readCases(folder, abi);
  if (!cases.some(({ name }) => wanted(name))) throw new UsageError(`no case matches ${only}`);
  const counts = { passed: 0, failed: 0, 'left out': 0 };
  const leftOut: string[] = [];
  for await (const result of runCases(cases, abi, wanted)) {
    counts[result.outcome]++;
    if (result.outcome === 'left out') leftOut.push(`  ${result.name}: ${result.reason}\n`);
    print(result, options, output);
  }
  if (leftOut.length > 0) output.out(`left out:\n${leftOut.join('')}`);
  const { passed, failed } = counts;
  output.out(`${passed} passed, ${failed} failed, ${counts['left out']} left out\n`);
  return failed > 0 ? 1 : 0;
}
