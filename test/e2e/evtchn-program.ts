import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions } from './client.js';

/** Where `xen-evtchn` is this very package, as it is built. */
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAMS = new URL('evtchn-programs/', import.meta.url);

/** Path of the program in JavaScript of this name. */
export function evtchnProgram(name: string): string {
  return fileURLToPath(new URL(`${name}.mjs`, PROGRAMS));
}

/** The words of a command line that runs a few lines of JavaScript, with what prelude.mjs has. */
export function evtchnScript(script: string): string[] {
  const prelude = `
    import { setImmediate as turn } from 'node:timers/promises';
    import { openEvtchn } from 'xen-evtchn';
    import * as prelude from ${JSON.stringify(new URL('prelude.mjs', PROGRAMS))};
    const { host, device, open, pair, dispose, end, outcome, resources, block, warmUp, untilAsleep } = prelude;
    const say = (...words) => console.log(words.join(' '));`;
  return [process.execPath, '--input-type=module', '--eval', prelude + script, '--'];
}

/** Starts such lines; their argument is where the host is served. */
export function startScript(
  host: string,
  script: string,
  options: ClientOptions = {},
): Promise<Client> {
  const [node, ...words] = evtchnScript(script);
  return Client.start(node!, [...words, host], { cwd: REPOSITORY, ...options });
}

/** The lines that a program says which ends well by itself. */
export async function saidBy(client: Client): Promise<string[]> {
  client.hangUp();
  return (await client.endedWell()).split('\n').slice(0, -1);
}
