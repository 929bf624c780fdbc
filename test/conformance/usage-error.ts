/** A command was called wrongly. */
export class UsageError extends Error {}

/** What parsing gives; what Node says of words it does not know becomes a usage error, in one line. */
export function orUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError((error as Error).message.split('\n', 1)[0]!.split('. ', 1)[0]!);
  }
}
