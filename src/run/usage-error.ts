/** What the user asked for makes no sense: one line that says what, and where. The command ends with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
