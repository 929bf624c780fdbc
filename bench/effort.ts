/** How thoroughly to measure. */
export interface Effort {
  /** Fresh processes for each figure, in turn with those of other figures. */
  readonly passes: number;
  /** Rounds in a process. */
  readonly rounds: number;
  /** Milliseconds per figure and round. */
  readonly budget: number;
  /** Fresh hosts where a host is measured as a whole. */
  readonly hosts: number;
}

export const FULL: Effort = { passes: 3, rounds: 7, budget: 60, hosts: 7 };
/** To see whether all works, not to quote. */
export const QUICK: Effort = { passes: 1, rounds: 3, budget: 20, hosts: 3 };
