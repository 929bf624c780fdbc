import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Counts, Group, Say } from './group.js';
import { sayProgram } from './said-program.js';

/** The project; this file is compiled to .build/test/vm. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The kernel's own device of the machine. */
const DEVICE = '/dev/xen/evtchn';

/** What is taken of vitest's report. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/** Runs the suite, or some files of it. Nothing is left out: all that can stand behind a handle is in this machine. */
async function contract(say: Say, files: readonly string[] = []): Promise<Counts> {
  const file = join(tmpdir(), 'contract.json');
  const { code } = await sayProgram(
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      ...['run', ...files, '--root', ROOT, '--config', join(ROOT, 'vitest.contract.config.ts')],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    ],
    say,
    { XEN_EVTCHN_DEVICE: DEVICE, CI: 'true', NO_COLOR: '1' },
  );
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const failed = report.numFailedTests;
  return {
    passed: report.numPassedTests,
    // Vitest fails for other reasons too, as a file that does not load.
    failed: code === 0 ? failed : Math.max(failed, 1),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The contract of the client interface on the device of a real Xen's domain 0: FIFO, which Linux chooses, and two-level. */
export const contractOnXen: readonly Group[] = [
  {
    name: 'xen',
    about: `the contract of the client interface, also on ${DEVICE} of a real Xen`,
    machine: ['--xen'],
    run: (say) => contract(say),
  },
  {
    name: 'xen-two-level',
    about: `the same on ${DEVICE} with the two-level ABI`,
    machine: ['--xen', '--two-level'],
    run: (say) => contract(say, ['test/contract/device.test.ts']),
  },
];
