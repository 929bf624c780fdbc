import type { Verdict } from '../explanation.js';
import type { PortView } from './port-view.js';

/** One thing in the way of a port's next event. */
export interface Reason {
  readonly verdict: Verdict;
  /** It does not go away by itself while something waits. */
  readonly stuck: boolean;
  readonly sentence: string;
  /** What Xen or Linux does there, and where. */
  readonly rule: string;
  readonly advice: readonly string[];
}

/** Looks for one thing, or one of several that exclude each other. */
export type FindReason = (view: PortView) => Reason | undefined;
