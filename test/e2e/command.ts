import { Client, type ClientOptions, type Outcome } from './client.js';
import { COMMAND } from './served-host.js';

/** The words of a command line of `xen-evtchn`, as it is installed. */
export function commandWords(...words: readonly (string | number)[]): string[] {
  return [process.execPath, COMMAND, ...words.map(String)];
}

/** What comes of `xen-evtchn` with these words, with nothing on its stdin and no terminal. */
export async function commanded(
  words: readonly (string | number)[],
  options: ClientOptions = {},
): Promise<Outcome> {
  const client = await Client.start(process.execPath, [COMMAND, ...words], options);
  client.hangUp();
  return client.ended();
}
