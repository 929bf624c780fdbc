/** A program to run, in the domain it is to see. */
export interface Program {
  /** Number of the domain, 0 to 0x7FEF. */
  readonly domain: number;
  /** Its name, looked up in PATH unless it has a slash, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Added to the environment it inherits. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it starts, an absolute path; where this process is, unless given. */
  readonly cwd?: string;
  /** What messages call it; its command, unless given. */
  readonly name?: string;
}

/** What messages call a program. */
export function programName(program: Program): string {
  return program.name ?? program.command[0];
}
