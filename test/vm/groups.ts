import { clientPrograms } from './client-programs.js';
import { commands } from './commands.js';
import type { Group } from './group.js';
import { recordedCases } from './recorded-cases.js';

/** All that is tried in the machine, in order. */
export const groups: readonly Group[] = [...recordedCases, clientPrograms, commands];
