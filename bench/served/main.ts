// npm run bench:served: measures the served device. Everything runs in a mount and a pid namespace of its own, so that
// nothing stays, no mount, no folder and no process, however this ends.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../arguments.js';
import { projectFile } from '../results-file.js';
import { missingMeans } from './means.js';
import { parseOptions, USAGE } from './options.js';

const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const MEASURE = fileURLToPath(new URL('./measure.js', import.meta.url));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`bench:served: ${error.message}\n`);
  process.exitCode = 2;
}

async function main(args: readonly string[]): Promise<number> {
  if (parseOptions(args) === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  const missing = missingMeans();
  if (missing.length > 0) {
    process.stderr.write(`bench:served: cannot measure here:\n  ${missing.join('\n  ')}\n`);
    return 1;
  }
  build();
  return measureApart(args);
}

/** Brings dist up to date: what is measured is the package. */
function build(): void {
  const tsc = projectFile('node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', projectFile('tsconfig.json')], { stdio: 'inherit' });
}

/** @returns the exit code */
async function measureApart(args: readonly string[]): Promise<number> {
  const child = spawn('unshare', [...NAMESPACES, process.execPath, MEASURE, ...args], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  // The end of its input ends the child; a signal here does the same by ending this process' part of the pipe.
  const end = () => child.stdin.end();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
