import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileC } from '../c/compile.js';

const compiled = new Map<string, string>();

/** The compiled client program of this name in test/c, with the libraries the programs there use. */
export function program(name: string): string {
  let file = compiled.get(name);
  if (file === undefined) {
    const source = fileURLToPath(new URL(`../c/${name}.c`, import.meta.url));
    file = compileC(source, { libraries: ['xenevtchn', 'xentoolcore', 'pthread'] });
    compiled.set(name, file);
  }
  return file;
}

/** A copy of it in a folder, for every user to run: ours may be where others do not get. */
export function copyOfProgram(name: string, folder: string): string {
  const copy = join(folder, name);
  copyFileSync(program(name), copy);
  chmodSync(copy, 0o755);
  return copy;
}
