import { clientPrograms } from './client-programs.js';
import { commands } from './commands.js';
import { contractOnXen } from './contract.js';
import type { Group } from './group.js';
import { recordedCases } from './recorded-cases.js';

/** All that is tried, in order; those of one machine after one another. */
export const groups: readonly Group[] = [
  ...recordedCases,
  clientPrograms,
  commands,
  ...contractOnXen,
];
