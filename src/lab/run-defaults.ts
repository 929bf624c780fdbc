import type { RunOptions } from './run-options.js';

/** What a run may do where nothing is said. */
export const RUN_DEFAULTS: Omit<RunOptions, 'seed' | 'run'> = {
  maxSteps: 10_000,
  timers: 'any',
  spurious: 0,
  deaths: 1,
  leftovers: 'fail',
  traced: false,
};
