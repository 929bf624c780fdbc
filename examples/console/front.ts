// The front end as a program: front FILE BACK-END-DOMAIN. Waits for the file, says what is on standard input, and writes
// what is typed to standard output.
import { FileMemory } from './file-memory.js';
import { FrontEnd } from './front-end.js';
import { attachProgram, runProgram } from './program.js';

await runProgram('front', 'BACK-END-DOMAIN', async ({ evtchn, path, peerDomid, signal }) => {
  const memory = await FileMemory.open(path, signal);
  try {
    await attachProgram(new FrontEnd(evtchn, memory, peerDomid), signal);
  } finally {
    memory.close();
  }
});
