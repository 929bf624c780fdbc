import { Client, type Outcome } from './client.js';
import { commandFolder } from './interactive-shell.js';
import { removeFolder } from './temporary-folder.js';

/** What comes of a command line that was printed, once it is pasted into a shell. */
export async function pasted(command: string): Promise<Outcome> {
  const commands = commandFolder();
  try {
    const environment = { PATH: `${commands}:${process.env.PATH}` };
    const client = await Client.start('sh', ['-c', command], { environment });
    client.hangUp();
    return await client.ended();
  } finally {
    removeFolder(commands);
  }
}
