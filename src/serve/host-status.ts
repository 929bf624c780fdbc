import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../errors/error-text.js';

/** What a failed system call on a served tree tells about the host, in words. @param directory - where it is to be */
export function hostError(directory: string, error: unknown): Error {
  const serve = `xen-evtchn serve --at ${directory}`;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return new Error(`no host is served at ${directory}: start one with ${serve}`);
    case 'ENOTDIR':
      return new Error(`no host is served at ${directory}: it is not a directory`);
    case 'ENOTCONN':
    case 'ECONNABORTED':
      return new Error(`the host at ${directory} is dead: start it again with ${serve}`);
    case 'EACCES':
    case 'EPERM':
      return new Error(
        `no permission for the host at ${directory}: it is another user's (it can let others in: ${serve} --allow-other)`,
      );
    default:
      return new Error(`cannot use the host at ${directory}: ${errorText(error)}`);
  }
}

/** Whether a text is that of the file `server` of a host. */
export function isHostStatus(text: string): boolean {
  return /^pid \d+$/m.test(text);
}

/**
 * What a living host says about itself.
 * @throws Error for what is not the tree of one
 */
export function hostStatus(directory: string): string {
  let status: string;
  try {
    statSync(directory);
    status = readFileSync(join(directory, 'server'), 'utf8');
  } catch (error) {
    throw hostError(directory, error);
  }
  return checked(directory, status);
}

/**
 * As {@link hostStatus}, for who must go on with other things while a host that was stopped does not answer.
 * @throws (rejects) likewise
 */
export async function askHostStatus(directory: string): Promise<string> {
  let status: string;
  try {
    await stat(directory);
    status = await readFile(join(directory, 'server'), 'utf8');
  } catch (error) {
    throw hostError(directory, error);
  }
  return checked(directory, status);
}

function checked(directory: string, status: string): string {
  if (isHostStatus(status)) return status;
  throw new Error(`no host is served at ${directory}: ${join(directory, 'server')} is not its`);
}
