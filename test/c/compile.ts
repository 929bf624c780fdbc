import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a C program is made of, besides its source. */
export interface CompileOptions {
  /** Its other C files. */
  readonly sources?: readonly string[] | undefined;
  /** Libraries to link with, such as `xenevtchn`. */
  readonly libraries?: readonly string[] | undefined;
  /** Macros to define, such as `BROKEN`. */
  readonly defines?: readonly string[] | undefined;
  /** Link nothing dynamically, so that the program runs where there is nothing but a kernel; off unless given. */
  readonly static?: boolean | undefined;
}

/** What a C compiler needs on Debian. */
const PACKAGES = 'on Debian: apt-get install gcc libc6-dev';
const FLAGS = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread'];

/** The project's folder: this file is below it, or what it was compiled to in .build is. */
export const ROOT = folderWith('package.json', dirname(fileURLToPath(import.meta.url)));
const BUILD = join(ROOT, '.build', 'c');

function folderWith(name: string, from: string): string {
  if (existsSync(join(from, name))) return from;
  if (dirname(from) === from) throw new Error(`no ${name} above ${import.meta.url}`);
  return folderWith(name, dirname(from));
}

/** Why nothing can be compiled here, and what to do about it; undefined if it can. */
export function whyNoCompiler(): string | undefined {
  const { error, status } = spawnSync('gcc', ['--version'], { stdio: 'ignore' });
  if (error !== undefined) return `gcc cannot be run (${error.message}); ${PACKAGES}`;
  return status === 0 ? undefined : `gcc --version failed; ${PACKAGES}`;
}

/**
 * Compiles a C program with gcc, unless it was compiled before from the same text, with that of the headers that it includes
 * as `"…"`, and with the same flags.
 * @param source - its main file, which names the program; like all paths from the project's folder, or absolute
 * @returns path of the program, below .build/c
 * @throws Error with the compiler's words, or what to install
 */
export function compileC(source: string, options: CompileOptions = {}): string {
  const { sources = [], libraries = [], defines = [], static: isStatic = false } = options;
  const files = [source, ...sources].map((file) => relative(ROOT, resolve(ROOT, file)));
  const link = [...(isStatic ? ['-static'] : []), ...libraries.map((name) => `-l${name}`)];
  const flags = [...FLAGS, ...defines.map((macro) => `-D${macro}`)];
  const name = basename(source, '.c');
  const program = join(BUILD, `${name}-${fingerprint(files, [...flags, ...link])}`, name);
  if (!existsSync(program)) compileInto(program, [...flags, ...files, ...link]);
  return program;
}

/** Changes with all that the program is made of. */
function fingerprint(files: readonly string[], flags: readonly string[]): string {
  const texts = new Map<string, string>();
  for (const file of files) readWithHeaders(file, texts);
  const hash = createHash('sha256').update(JSON.stringify(flags));
  for (const [file, text] of texts) hash.update(`\n${file}\n`).update(text);
  return hash.digest('hex').slice(0, 16);
}

/** Reads a file, and those that it includes where they are beside it or it says where. */
function readWithHeaders(file: string, texts: Map<string, string>): void {
  if (texts.has(file) || !existsSync(resolve(ROOT, file))) return;
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  texts.set(file, text);
  for (const [, name = ''] of text.matchAll(/^[ \t]*#[ \t]*include[ \t]+"([^"]+)"/gm)) {
    readWithHeaders(join(dirname(file), name), texts);
  }
}

/** The program appears at once and whole, as others may compile or want it just now. */
function compileInto(program: string, args: readonly string[]): void {
  mkdirSync(BUILD, { recursive: true });
  const temporary = mkdtempSync(join(BUILD, 'new-'));
  const output = join(temporary, 'program');
  try {
    const { error, status, stderr } = spawnSync('gcc', ['-o', output, ...args], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (error !== undefined) throw new Error(whyNoCompiler() ?? error.message);
    if (status !== 0) throw new Error(`gcc failed:\n${stderr}${missingParts(stderr)}`);
    mkdirSync(dirname(program), { recursive: true });
    renameSync(output, program);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** What to install, if the compiler misses what every program needs. */
function missingParts(words: string): string {
  return /(stdio\.h: No such file|cannot find -l(c|pthread)\b|cannot find crt1\.o)/.test(words)
    ? `the C library's headers or its static part are missing; ${PACKAGES}\n`
    : '';
}
