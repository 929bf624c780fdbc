// Says which devices it has open, and ends when its stdin does.
import { readdirSync, readlinkSync } from 'node:fs';

/** What a descriptor is open on; the one of the listing itself is closed by now. */
function target(fd) {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

const held = readdirSync('/proc/self/fd')
  .map(target)
  .filter((path) => path.endsWith('/evtchn'));
console.log(held.join() || 'none');
process.stdin.resume();
