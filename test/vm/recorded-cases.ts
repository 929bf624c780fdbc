import { fileURLToPath } from 'node:url';
import type { Counts, Group, Say } from './group.js';
import { sayProgram } from './said-program.js';

const PROGRAM = fileURLToPath(new URL('../conformance/served/main.js', import.meta.url));

/** Runs the recorded cases in a process of their own, and takes the counts from its last line. */
async function cases(options: readonly string[], say: Say): Promise<Counts> {
  const { code, last } = await sayProgram([PROGRAM, ...options], say);
  const counts = /^(\d+) passed, (\d+) failed, (\d+) left out$/.exec(last)?.slice(1).map(Number);
  const [passed = 0, failed = 1, skipped = 0] = counts ?? [];
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1), skipped };
}

/** The recorded cases over CUSE and over FUSE. */
export const recordedCases: readonly Group[] = [
  {
    name: 'cuse-cases',
    about: 'the recorded cases over CUSE',
    run: (say) => cases(['--cuse'], say),
  },
  {
    name: 'fuse-cases',
    about: 'the recorded cases over FUSE, on this kernel',
    run: (say) => cases([], say),
  },
];
