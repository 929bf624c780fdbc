import { constants } from 'node:os';
import type { FaultList } from '../watch/fault-list.js';

/** What became of a trial. */
export type TrialOutcome =
  | 'passed'
  /** Its program ended with another status than 0. */
  | 'failed'
  /** It took longer than it may, and was ended. */
  | 'hung'
  /** `xen-evtchn run` could not do its part: nothing was tried. */
  | 'refused';

/** A trial that is over. */
export interface TrialResult {
  readonly outcome: TrialOutcome;
  /** Exit status of `xen-evtchn run`; 124 of one that hung. */
  readonly status: number;
  /** Milliseconds it took, its start included. */
  readonly took: number;
  /** The end of what it said, on stdout and stderr. */
  readonly output: string;
  /** The faults that were injected; undefined if that is not known. */
  readonly faults: FaultList | undefined;
  /** Of one that hung: why, as far as could be seen. */
  readonly account: readonly string[];
}

/** Exit status for a trial that was ended because it took too long, as of timeout(1). */
export const STATUS_HUNG = 124;

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** How a trial ended, in words that are the same for trials that ended alike. */
export function outcomeText({ outcome, status }: Pick<TrialResult, 'outcome' | 'status'>): string {
  if (outcome === 'passed') return 'passed';
  if (outcome === 'refused') return 'could not be run';
  if (outcome === 'hung') return 'hung';
  const signal = SIGNALS.get(status - 128);
  return signal === undefined ? `exited with ${status}` : `exited with ${status} (${signal})`;
}

/** Why a trial was refused: the last thing that `run` said. */
export function refusalText({ output, status }: TrialResult): string {
  const said = output.trim().split('\n').at(-1) ?? '';
  return said.replace(/^xen-evtchn: /, '') || `it ended with ${status} and said nothing`;
}
