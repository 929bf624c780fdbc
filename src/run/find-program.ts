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

/** The files that may be meant by a name, in order, as execvp(3) and shells have it. */
function candidates(name: string, path: string | undefined, cwd: string | undefined): string[] {
  const folders = (path ?? DEFAULT_PATH).split(delimiter);
  return folders.map((folder) => inDirectory(cwd, join(folder, name)));
}

/**
 * Looks a program up as shells do: what is in the way in a folder of PATH is passed over, unless it is a file that only lacks
 * the permission and nothing better comes.
 * @param name - as it is called; with a slash it is a path
 * @param path - value of PATH for it
 * @param cwd - where it will start; where this process is, unless given
 * @returns its file, or the errno name of what is wrong: ENOENT for nothing of that name
 */
export function findProgram(
  name: string,
  path: string | undefined,
  cwd?: string,
): { readonly file: string } | { readonly error: string } {
  if (name.includes('/')) {
    const file = inDirectory(cwd, name);
    const error = obstacle(file);
    return error === undefined ? { file } : { error };
  }
  const files = name === '' ? [] : candidates(name, path, cwd).filter(isFile);
  const file = files.find((each) => obstacle(each) === undefined);
  if (file !== undefined) return { file };
  return { error: files.length > 0 ? 'EACCES' : 'ENOENT' };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
