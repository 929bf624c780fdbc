// Once for all tests in a browser: refuses to begin without one, and checks at the end what is left.
import { randomUUID } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { markedProcesses, servedMounts } from '../e2e/leftovers.js';
import { missingChromium } from './chromium.js';

export default function setup(project: TestProject): () => void {
  const missing = missingChromium();
  if (missing !== undefined) throw new Error(`the tests in a browser need one: ${missing}`);
  const mark = randomUUID();
  project.provide('mark', mark);
  const before = servedMounts();
  return () => {
    const mounts = servedMounts().filter((path) => !before.includes(path));
    const left = [...mounts, ...markedProcesses(mark)];
    if (left.length === 0) return;
    // Vitest prints what a teardown throws, and exits as if nothing was.
    process.exitCode = 1;
    throw new Error(`the tests left behind: ${left.join(', ')}`);
  };
}
