// Runs one of the compiled programs on a clone in any state: node scripts/run.mjs [--with-package] TOOL ARGS…
// TOOL is a path under .build; --with-package is for one that starts the xen-evtchn of dist. The program runs in this very
// process, so its arguments, streams, signals and exit code are nobody else's, and in the folder the caller called npm from.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './command.mjs';
import { compilePackage, compileTools, installPackages } from './setup.mjs';

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

const words = process.argv.slice(2);
const withPackage = words[0] === '--with-package';
const [name, ...args] = withPackage ? words.slice(1) : words;
if (name === undefined) fail('usage: node scripts/run.mjs [--with-package] TOOL [ARGUMENT…]');
try {
  await installPackages();
  await compileTools();
  if (withPackage) await compilePackage();
} catch (error) {
  fail(error.message);
}
const program = resolve(root, '.build', name);
if (!existsSync(program)) fail(`scripts/run.mjs: no program ${name} in .build`);

// npm runs scripts in the root folder and names the caller's folder in INIT_CWD.
const byNpm = process.env.npm_package_json === resolve(root, 'package.json');
if (byNpm && process.env.INIT_CWD !== undefined) process.chdir(process.env.INIT_CWD);
process.argv = [process.execPath, program, ...args];
await import(pathToFileURL(program).href);
