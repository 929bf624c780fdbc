import { client } from './client.js';
import { floor } from './floor.js';
import { path } from './path.js';
import { pinned } from './pinned.js';
import { start } from './start.js';
import { unpinned } from './unpinned.js';
import { watching } from './watching.js';

/** Every benchmark of the served device, by the name it is asked for. */
export const GROUPS = { pinned, unpinned, path, start, floor, client, watching };

export type GroupName = keyof typeof GROUPS;

export const NAMES = Object.keys(GROUPS) as GroupName[];
