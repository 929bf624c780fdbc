// npm run test:vm: tries CUSE, which not every machine has, on the stock kernel of a virtual machine.
//   --only GROUP   run this group only (may be repeated)
// The machine is started by run-in-vm, which is no part of this project: named by RUN_IN_VM, on PATH, or beside the clone.
// Exit code: 0 passed, 1 failed, 2 wrong usage, 3 not possible here.
import { spawn } from 'node:child_process';
import { accessSync, chmodSync, constants, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './command.mjs';
import { installDebianPackages } from './debian.mjs';
import { compilePackage, compileTools, installPackages } from './setup.mjs';

/** Where the project is in the machine. */
const GUEST = '/xen-evtchn';
/** Seconds for all of it; a case may take that many. An emulated processor is 10 to 20 times slower. */
const TIMEOUT_S = 3600;
const CASE_LIMIT_S = 600;
/** Exit codes of run-in-vm by which it speaks of the machine, not of what ran there. */
const MACHINE_FAILED = [124, 125];

/** What the machine needs of the project: no sources, no development packages. */
const PARTS = [
  'package.json',
  'dist',
  '.build/src',
  '.build/test',
  '.build/c',
  'test/c',
  'test/conformance/cases',
  'test/conformance/expected',
  'test/conformance/served/evtrun',
  'node_modules/@koromix',
  'node_modules/commander',
  'node_modules/koffi',
  'node_modules/valibot',
  'node_modules/yaml',
];

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

/** Runs the groups in the machine. Returns its exit code, which is that of what ran there. */
function runMachine(program, folder, groups) {
  const args = ['--timeout', TIMEOUT_S, '--dir', `${folder}:${GUEST}`];
  args.push('--env', `EVTRUN_LIMIT_S=${CASE_LIMIT_S}`, '--');
  args.push('node', `${GUEST}/.build/test/vm/main.js`, ...groups);
  const child = spawn(program, args.map(String), { stdio: ['ignore', 'inherit', 'inherit'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', (code) => done(code ?? 1));
  });
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
const names = (await built('groups.js')).groups.map(({ name }) => name);
const unknown = only.find((name) => !names.includes(name));
if (unknown !== undefined) end(2, `test:vm: no group ${unknown}; they are ${names.join(', ')}`);
(await built('client-files.js')).compileAll();

const folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-vm-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// Ordinary users run programs from it, too.
chmodSync(folder, 0o755);
for (const part of PARTS) {
  const filter = (path) => !/\.(map|d\.ts)$/.test(path);
  cpSync(resolve(root, part), join(folder, part), { recursive: true, dereference: true, filter });
}
const code = await runMachine(program, folder, only);
if (MACHINE_FAILED.includes(code))
  process.stderr.write(`test:vm: the machine ended with ${code}\n`);
process.exitCode = code === 0 ? 0 : 1;
