import { allocation } from './allocation.js';
import { bind } from './bind.js';
import { burst } from './burst.js';
import { cycle } from './cycle.js';
import { domains } from './domains.js';
import { lab } from './lab.js';
import { memory } from './memory.js';
import { release } from './release.js';
import { tracing } from './tracing.js';
import { ways } from './ways.js';

/** Every benchmark, by the name it is asked for. */
export const GROUPS = {
  cycle,
  burst,
  ways,
  allocation,
  tracing,
  bind,
  memory,
  domains,
  release,
  lab,
};

export type GroupName = keyof typeof GROUPS;

export const NAMES = Object.keys(GROUPS) as GroupName[];
