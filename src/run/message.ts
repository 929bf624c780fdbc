import { writeSync } from 'node:fs';
import { POLLOUT } from '../abi/poll.js';
import { pollDescriptors } from '../native/descriptor.js';

const STDERR = 2;
/** How long to wait for a reader of stderr before a message is given up, ms. */
const PATIENCE = 1000;

/**
 * Writes a line to stderr. Not by process.stderr: that would switch the stream, which the programs share, to non-blocking.
 * With nobody to read it the line is lost.
 */
export function tell(message: string): void {
  let rest = Buffer.from(`xen-evtchn: ${message}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(STDERR, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || !writable()) return;
    }
  }
}

/** Waits until a program that has made stderr non-blocking has room in it. */
function writable(): boolean {
  return pollDescriptors(Int32Array.of(STDERR, POLLOUT), 1, PATIENCE) > 0;
}
