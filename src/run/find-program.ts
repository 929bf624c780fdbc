import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where the C library looks without PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** Why a file cannot be executed; undefined if it can. */
function obstacle(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'EACCES';
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** A path as it is meant in a directory. */
function inDirectory(cwd: string | undefined, path: string): string {
  return cwd === undefined || isAbsolute(path) ? path : join(cwd, path);
}

/** The places where a program of a name is looked for, in order, as execvp(3) does. */
function candidates(name: string, path: string | undefined, cwd: string | undefined): string[] {
  if (name === '') return [];
  if (name.includes('/')) return [inDirectory(cwd, name)];
  const folders = (path ?? DEFAULT_PATH).split(delimiter);
  return folders.map((folder) => inDirectory(cwd, join(folder, name)));
}

/**
 * Looks a program up as execvp(3) does.
 * @param name - as it is called
 * @param path - value of PATH for it
 * @param cwd - where it will start; where this process is, unless given
 * @returns its file, or the errno name of what is wrong: ENOENT for nothing of that name
 */
export function findProgram(
  name: string,
  path: string | undefined,
  cwd?: string,
): { readonly file: string } | { readonly error: string } {
  let error = 'ENOENT';
  for (const file of candidates(name, path, cwd)) {
    const found = obstacle(file);
    if (found === undefined) return { file };
    if (found !== 'ENOENT' && found !== 'ENOTDIR') error = found;
  }
  return { error };
}
