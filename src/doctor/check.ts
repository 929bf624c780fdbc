/** What a check found: all is there, nothing is, or some of it. */
export type State = 'ok' | 'missing' | 'limited';

/** One thing a machine needs, or can do without. */
export interface Check {
  /** What was looked at. */
  readonly name: string;
  readonly state: State;
  /** What was found, in words. */
  readonly found: string;
  /** How to mend it, or why that is not needed; undefined if nothing is to be mended. */
  readonly mend?: string;
}

/** Whether a command works on this machine. */
export interface Verdict {
  /** `xen-evtchn run`. */
  readonly command: string;
  readonly works: boolean;
  /** How it works, or why it does not. */
  readonly reason: string;
}
