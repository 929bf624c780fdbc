// npm test: runs the steps in order, stopping at the first failure, and prints a summary.
//   --keep-going   go on after a failure
//   --only NAME    run this step only (may be repeated)
// The last line counts tests, conformance cases, and every other step as one.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from './setup.mjs';
import { steps } from './steps.mjs';

const names = steps.map((step) => step.name);
const ci = ['true', '1'].includes(process.env.CI);

function fail(message) {
  process.stderr.write(`npm test: ${message}\n`);
  process.exit(2);
}

function options() {
  try {
    const { values } = parseArgs({
      options: { 'keep-going': { type: 'boolean' }, only: { type: 'string', multiple: true } },
    });
    const unknown = values.only?.find((name) => !names.includes(name));
    if (unknown !== undefined) fail(`no step ${unknown}; the steps are ${names.join(', ')}`);
    return values;
  } catch (error) {
    return fail(error.message.split('\n')[0]);
  }
}

/** Runs a step: its counts, with one word for the result. */
async function outcome(step, folder) {
  try {
    const counts = await step.run(folder);
    if (counts.missing === undefined) return { result: counts.ok ? 'passed' : 'FAILED', ...counts };
    const result = ci ? 'FAILED' : 'left out';
    const failed = Number(ci);
    return { result, passed: 0, failed, skipped: 1 - failed, detail: counts.missing };
  } catch (error) {
    process.stderr.write(`${error.message.trimEnd()}\n`);
    return { result: 'FAILED', passed: 0, failed: 1, skipped: 0, detail: '' };
  }
}

const { only, 'keep-going': keepGoing } = options();
const chosen = steps.filter((step) => only?.includes(step.name) ?? true);
const folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-test-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const rows = [];
let stopped = false;
if (only !== undefined) {
  await installPackages().catch((error) => fail(error.message));
}
for (const step of chosen) {
  if (stopped) {
    rows.push({ name: step.name, result: 'not run', passed: 0, failed: 0, skipped: 1, detail: '' });
    continue;
  }
  console.log(`== ${step.name}: ${step.about}`);
  const begin = performance.now();
  const own = join(folder, step.name);
  mkdirSync(own);
  const row = { name: step.name, ...(await outcome(step, own)) };
  row.seconds = ((performance.now() - begin) / 1000).toFixed(1);
  rows.push(row);
  stopped = row.result === 'FAILED' && !keepGoing;
}

const total = { passed: 0, failed: 0, skipped: 0 };
console.log('\nstep         result    seconds');
for (const { name, result, seconds = '-', detail, ...counts } of rows) {
  console.log(`${name.padEnd(13)}${result.padEnd(10)}${seconds.padStart(7)}  ${detail}`.trimEnd());
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
