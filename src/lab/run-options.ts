/** What a run may do besides what its parties do. */
export interface RunOptions {
  /** Steps after which it is taken for endless. */
  readonly maxSteps: number;
  /** Timers fire at any moment, as if everything else were slow; or only when nothing else can happen. */
  readonly timers: 'any' | 'idle';
  /** Events that nobody sent, at most. */
  readonly spurious: number;
  /** Deaths of parties, at most. */
  readonly deaths: number;
  /** For {@link Lab.random}. */
  readonly seed: number;
  /** As above: another sequence for each. */
  readonly run: number;
  /** What is left behind fails the run. */
  readonly leftovers: 'fail' | 'allow';
  /** Its trace is checked. */
  readonly traced: boolean;
}
