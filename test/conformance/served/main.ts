import { ownFolder } from '../own-folder.js';
import { servedConformance } from './command.js';

/** Exit codes of a program that a signal ended. */
const ENDED_BY = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const ending = new AbortController();
for (const [signal, code] of Object.entries(ENDED_BY)) {
  process.once(signal, () => ending.abort(code));
}
// Nobody reads any more: the hosts are ended all the same.
process.stdout.on('error', () => ending.abort(1));

// Set, not exited with: what is written to a pipe must still get there.
try {
  process.exitCode = await servedConformance(process.argv.slice(2), {
    ownFolder: ownFolder(),
    output: {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
    },
    signal: ending.signal,
  });
} catch (error) {
  if (!ending.signal.aborted) throw error;
  process.exitCode = ending.signal.reason as number;
}
