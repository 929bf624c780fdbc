import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A text of /proc, without its last newline; undefined where it is not there or not ours to read. */
export function procText(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}

/** What a link of /proc says; undefined where it is not there or not ours to read. */
export function procLink(path: string): string | undefined {
  try {
    return readlinkSync(`/proc/${path}`);
  } catch {
    return undefined;
  }
}

/** The names in a directory of /proc; undefined where it is not there or not ours to read. */
export function procNames(path: string): string[] | undefined {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return undefined;
  }
}
