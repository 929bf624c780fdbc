import { spawn } from 'node:child_process';
import { findProgram } from '../run/find-program.js';

/** What opens addresses on every Linux desktop (Debian package xdg-utils). */
const OPENER = 'xdg-open';

/**
 * Finds how this machine shows an address in a browser.
 * @param path - value of PATH
 * @param say - is told when it fails later
 * @returns shows one, without waiting for it
 * @throws Error where there is no way
 */
export function browserOpener(
  path: string | undefined,
  say: (line: string) => void,
): (url: string) => void {
  const found = findProgram(OPENER, path);
  if ('error' in found) {
    throw new Error(`there is no ${OPENER} (Debian package xdg-utils): leave --open out`);
  }
  return (url) => {
    const child = spawn(found.file, [url], { stdio: 'ignore', detached: true });
    child.on('error', (error) => say(`cannot run ${OPENER}: ${error.message}`));
    child.on('exit', (status) => {
      if (status) say(`${OPENER} ended with status ${status}: open the address yourself`);
    });
    child.unref();
  };
}
