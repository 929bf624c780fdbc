/** What the client of the package does in a benchmark. */
export interface Client {
  /** What it prints when it is ready. */
  readonly ready: string;
  /**
   * Makes a round.
   * @param line - what it is told
   * @returns its figures
   */
  round(line: string): Promise<number[]>;
}
