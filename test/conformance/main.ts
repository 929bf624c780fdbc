import { conformance } from './command.js';
import { ownFolder } from './own-folder.js';

// Set, not exited with: what is written to a pipe must still get there.
process.exitCode = await conformance(process.argv.slice(2), ownFolder(), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
