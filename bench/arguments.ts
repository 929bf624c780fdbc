import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Wrong usage; the message is one line. */
export class UsageError extends Error {}

/**
 * Reads a command line by {@link parseArgs}, with names among the options.
 * @throws UsageError
 */
export function readArguments<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    // Node adds advice on arguments that begin with a dash; the option it does not know is enough.
    const [line] = (error as Error).message.split(/\n|\. /);
    throw new UsageError(line!);
  }
}

/**
 * What to run of all there is, in the usual order; everything if nothing is named.
 * @throws UsageError for a name that there is not
 */
export function chosen<Name extends string>(
  asked: readonly string[],
  names: readonly Name[],
): readonly Name[] {
  const unknown = asked.find((name) => !(names as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`no benchmark '${unknown}'; there are ${names.join(', ')}`);
  }
  return asked.length === 0 ? names : names.filter((name) => asked.includes(name));
}
