import { Client, type Outcome } from './client.js';
import { ORDINARY_USER } from './requirements.js';

const MODULE = new URL('../../dist/watch/open-watched-host.js', import.meta.url);

/** Loads everything as root, since our files may be where others do not get, and is an ordinary user then. */
const PRELUDE = `
import { openWatchedHost } from ${JSON.stringify(MODULE)};
process.setgroups([]);
process.setgid(${ORDINARY_USER});
process.setuid(${ORDINARY_USER});
const choice = JSON.parse(process.argv[1]);
const said = (promise) => promise.catch((error) => error.message);
`;

/** What comes of lines of JavaScript of an ordinary user, with `openWatchedHost` and a choice of host. */
export async function watchingAsUser(
  choice: { readonly host?: string; readonly pid?: number },
  script: string,
): Promise<Outcome> {
  const words = ['--input-type=module', '--eval', PRELUDE + script, '--', JSON.stringify(choice)];
  const client = await Client.start(process.execPath, words);
  client.hangUp();
  return client.ended();
}
