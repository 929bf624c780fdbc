import type { FailureKind, Scenario } from 'xen-evtchn/lab';

/** A program with a bug, and the same program without it. */
export interface Exhibit {
  /** Its name, which is that of its file. */
  readonly name: string;
  /** The bug, in a few words. */
  readonly title: string;
  readonly broken: Scenario;
  readonly corrected: Scenario;
  /** What the lab finds. */
  readonly failure: {
    readonly kind: FailureKind;
    /** What the first line of the lab's report has. */
    readonly message: RegExp;
  };
  /** Events that nobody sent, which the bug needs; 0 unless given. */
  readonly spurious?: number;
}
