// The back end as a program: back FILE FRONT-END-DOMAIN. Standard input is typed into the console, what the guest says goes
// to standard output.
import { rmSync } from 'node:fs';
import { BackEnd } from './back-end.js';
import { CONSOLE_SIZE } from './console-page.js';
import { FileMemory } from './file-memory.js';
import { attachProgram, runProgram } from './program.js';

await runProgram('back', 'FRONT-END-DOMAIN', async ({ evtchn, path, peerDomid, signal }) => {
  const memory = FileMemory.create(path, CONSOLE_SIZE);
  try {
    const end = new BackEnd(evtchn, memory, peerDomid);
    // The front end waits for the file, and finds its port in it.
    memory.publish();
    try {
      await attachProgram(end, signal);
    } finally {
      rmSync(path, { force: true });
    }
  } finally {
    memory.close();
  }
});
