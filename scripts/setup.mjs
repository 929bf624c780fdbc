// Makes a fresh clone ready to run: installs the development packages package-lock.json names,
// compiles the programs under demo, bench and test/conformance into .build, and the package into dist.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { node, npm, root, tool } from './command.mjs';

/** The packages a lock file lists, by folder; none when the file is missing or damaged. */
function packagesIn(...lockFile) {
  try {
    return JSON.parse(readFileSync(resolve(...lockFile), 'utf8')).packages;
  } catch {
    return {};
  }
}

/** Whether node_modules of a folder is what its package-lock.json asks for, by the record npm keeps in it. */
function installed(folder) {
  const present = packagesIn(folder, 'node_modules/.package-lock.json');
  return Object.entries(packagesIn(folder, 'package-lock.json')).every(
    ([name, { version, integrity, optional }]) =>
      name === '' ||
      (name in present
        ? present[name].version === version && present[name].integrity === integrity
        : optional === true),
  );
}

/** Folders of installed packages and of all that they depend on, from the repository's root. */
export function foldersOf(names) {
  const present = packagesIn(root, 'node_modules/.package-lock.json');
  const folders = new Set();
  const add = (name) => {
    const folder = `node_modules/${name}`;
    // What is optional is there only where it fits the machine.
    if (folders.has(folder) || !(folder in present)) return;
    folders.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = present[folder];
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) add(each);
  };
  for (const name of names) add(name);
  return [...folders];
}

/**
 * Installs the development packages, unless they are there: the project's, or those of a folder that has its own. Fails with
 * npm's own words.
 */
export async function installPackages(folder = root) {
  if (installed(folder)) return;
  process.stderr.write('installing development packages…\n');
  const { ok, text } = await npm(
    ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'],
    { cwd: folder, output: 'keep' },
  );
  if (!ok) throw new Error(`npm ci failed:\n${text}`);
}

async function compile(project) {
  const { ok, text } = await node([tool('typescript/bin/tsc'), '-p', project], { output: 'keep' });
  if (!ok) throw new Error(`compiling failed:\n${text}`);
}

/** Brings .build up to date. Fails with the compiler's own words. */
export const compileTools = () => compile('tsconfig.tools.json');

/** Brings dist up to date, likewise. */
export const compilePackage = () => compile('tsconfig.json');

/** Builds the page into dist. Fails with the bundler's own words. */
export async function buildPage() {
  const { ok, text } = await node(
    [tool('vite/bin/vite.js'), 'build', '--config', 'page/vite.config.ts', '--logLevel', 'warn'],
    { output: 'keep' },
  );
  if (!ok) throw new Error(`the page does not build:\n${text}`);
  if (text !== '') process.stderr.write(text);
}
