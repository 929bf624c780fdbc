// npm run test:vm: tries what not every machine has in virtual ones: CUSE on a stock kernel, the kernel's own device on a real Xen.
//   --only GROUP   run this group only (may be repeated)
// A machine is started by run-in-vm, which is no part of this project: named by RUN_IN_VM, on PATH, or beside the clone.
// Exit code: 0 passed, 1 failed, 2 wrong usage, 3 not possible here.
import { spawn } from 'node:child_process';
import { accessSync, chmodSync, constants, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './command.mjs';
import { installDebianPackages } from './debian.mjs';
import { compilePackage, compileTools, foldersOf, installPackages } from './setup.mjs';

/** Where the project is in a machine. */
const GUEST = '/xen-evtchn';
/** Seconds for all that is tried in a machine; a case may take that many. An emulated processor is 10 to 20 times slower. */
const TIMEOUT_S = 3600;
const CASE_LIMIT_S = 600;
/** What ends this ends the machine. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Exit codes of run-in-vm by which it speaks of the machine, not of what ran there. */
const MACHINE_FAILED = [124, 125];

/** What a machine needs of the project. */
const PARTS = [
  'package.json',
  'vitest.contract.config.ts',
  'dist',
  '.build/src',
  '.build/test',
  '.build/c',
  'test/c',
  'test/conformance/cases',
  'test/conformance/expected',
  'test/conformance/served/evtrun',
  'test/contract',
  'test/e2e',
];
/** The packages it needs, with all that they depend on. */
const PACKAGES = ['commander', 'koffi', 'valibot', 'vitest', 'yaml'];

function end(code, message) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of run-in-vm; ends the script if there is none. */
function runInVm() {
  const named = process.env.RUN_IN_VM;
  if (named) {
    if (isProgram(named)) return resolve(named);
    end(3, `not possible here: RUN_IN_VM is ${named}, which is no program`);
  }
  const places = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'run-in-vm'));
  places.push(resolve(root, '../shared/vm/run-in-vm'));
  const found = places.find(isProgram);
  if (found === undefined) {
    end(
      3,
      'not possible here: no run-in-vm, which starts the machine: set RUN_IN_VM to it, or have it on PATH or at ../shared/vm/run-in-vm',
    );
  }
  return found;
}

function options() {
  try {
    return parseArgs({ options: { only: { type: 'string', multiple: true } } }).values;
  } catch (error) {
    return end(2, `test:vm: ${error.message.split('\n')[0]}`);
  }
}

/** Brings everything up to date that the machine is to run. */
async function build() {
  await installPackages();
  const { missing } = await installDebianPackages();
  if (missing !== undefined) end(3, `not possible here: ${missing}`);
  await compileTools();
  await compilePackage();
}

const built = (path) => import(pathToFileURL(resolve(root, '.build/test/vm', path)));

let stopped = false;

/** Runs groups in a machine that is started with those options. Returns its exit code, which is that of what ran there. */
async function runMachine(program, folder, options, groups) {
  const args = [...options, '--timeout', TIMEOUT_S, '--dir', `${folder}:${GUEST}`];
  args.push('--env', `EVTRUN_LIMIT_S=${CASE_LIMIT_S}`, '--');
  args.push('node', `${GUEST}/.build/test/vm/main.js`, ...groups);
  const child = spawn(program, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = (signal) => {
    stopped = true;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  let last = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    last = (last + text).slice(-200);
  });
  const code = await new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status) => done(status ?? 1));
  });
  for (const signal of SIGNALS) process.off(signal, stop);
  const counts = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(last);
  return { code, counts: counts?.slice(1).map(Number) };
}

const { only = [] } = options();
const program = runInVm();
if (process.platform !== 'linux' || process.arch !== 'x64') {
  end(3, `not possible here: the machine needs Linux on x64, not ${process.platform}`);
}
if (process.getuid() !== 0) end(3, 'not possible here: run-in-vm needs root');
try {
  await build();
} catch (error) {
  end(1, error.message);
}
const { groups } = await built('groups.js');
const names = groups.map(({ name }) => name);
const unknown = only.find((name) => !names.includes(name));
if (unknown !== undefined) end(2, `test:vm: no group ${unknown}; they are ${names.join(', ')}`);
(await built('client-files.js')).compileAll();

/** The names of the groups that are to run, by the machine they run in. */
const machines = new Map();
for (const { name, machine = [] } of groups) {
  if (only.length > 0 && !only.includes(name)) continue;
  const options = machine.join(' ');
  machines.set(options, [...(machines.get(options) ?? []), name]);
}

const folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-vm-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// Ordinary users run programs from it, too.
chmodSync(folder, 0o755);
for (const part of [...PARTS, ...foldersOf(PACKAGES)]) {
  const filter = (path) => !/\.(map|d\.ts)$/.test(path);
  cpSync(resolve(root, part), join(folder, part), { recursive: true, dereference: true, filter });
}
const total = [0, 0, 0];
process.exitCode = 0;
for (const [options, chosen] of machines) {
  if (stopped) break;
  const { code, counts } = await runMachine(
    program,
    folder,
    options.split(' ').filter(Boolean),
    chosen,
  );
  if (counts === undefined || MACHINE_FAILED.includes(code)) {
    process.stderr.write(`test:vm: the machine ended with ${code}\n`);
  }
  if (code !== 0) process.exitCode = 1;
  // A machine that does not come to its end has failed.
  for (const [at, count] of (counts ?? [0, 1, 0]).entries()) total[at] += count;
}
if (machines.size > 1) {
  const [passed, failed, skipped] = total;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}
