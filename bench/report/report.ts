/** A table of figures. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A requirement, and whether it is met. */
export interface Verdict {
  readonly requirement: string;
  readonly measured: string;
  readonly met: boolean;
}

/** What one benchmark has to say. */
export interface Report {
  readonly tables: readonly Table[];
  readonly verdicts: readonly Verdict[];
}
