// Deletes the given folders of this repository: rm -rf that works on every platform.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from './command.mjs';

for (const folder of process.argv.slice(2)) {
  rmSync(resolve(root, folder), { recursive: true, force: true });
}
