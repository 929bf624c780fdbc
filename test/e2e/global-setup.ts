// Once for all end-to-end tests: refuses to begin where something is missing, and checks at the end what is left.
import { randomUUID } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { markedProcesses, servedMounts } from './leftovers.js';
import { missingRequirements } from './requirements.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What the processes of this run are known by. */
    mark: string;
  }
}

export default function setup(project: TestProject): () => void {
  const missing = missingRequirements();
  if (missing.length > 0) throw new Error(`the end-to-end tests need ${missing.join('; ')}`);
  const mark = randomUUID();
  project.provide('mark', mark);
  const before = servedMounts();
  return () => {
    const left = [
      ...servedMounts().filter((path) => !before.includes(path)),
      ...markedProcesses(mark),
    ];
    if (left.length === 0) return;
    // Vitest prints what a teardown throws, and exits as if nothing was.
    process.exitCode = 1;
    throw new Error(`the tests left behind: ${left.join(', ')}`);
  };
}
