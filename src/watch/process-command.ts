import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Characters of a command that are shown. */
const SHOWN = 60;

/**
 * The command line of a process as one would type it: `xen-evtchn run ./back`.
 * @returns undefined if there is none to be seen
 */
export function processCommand(pid: number): string | undefined {
  let words: string[];
  try {
    words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return undefined;
  }
  if (words.length === 0) return undefined;
  const own = words.findIndex(isOurs);
  const text = (own < 0 ? words : ['xen-evtchn', ...words.slice(own + 1)]).join(' ');
  // It may have been given anything, as a whole script.
  const line = text.replace(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}

/** The word of a command line that is this command: as it is installed, or as the file behind that. */
function isOurs(word: string): boolean {
  return basename(word) === 'xen-evtchn' || word.endsWith('/dist/cli/main.js');
}
