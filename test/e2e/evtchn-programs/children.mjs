// Starts children while it waits, closes a handle while they run, and says what they have and what the device says.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dispose, host, pair } from './prelude.mjs';

const say = (...words) => console.log(words.join(' '));

const { here, there, port, send } = pair();
const first = here.pending();
send();
await first;
here.unmask(port);
const wait = here.pending();

const listing = fileURLToPath(new URL('./listing.mjs', import.meta.url));
const spawned = spawn(process.execPath, [listing], { stdio: ['pipe', 'pipe', 'inherit'] });
const forked = fork(listing, { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] });
say(`${(await once(spawned.stdout, 'data')).toString().trim()} in spawned`);
say(`${(await once(forked.stdout, 'data')).toString().trim()} in forked`);

send();
say('waiting', (await wait) === port);
await dispose(here);
// FUSE tells the server of a last close after close(2) has returned.
const channels = () => readFileSync(`${host}/0/channels`, 'utf8');
let text = channels();
while (/interdomain/.test(text)) text = channels();
say('state', /\bunbound\b/.exec(text)?.[0] ?? text);
there.close();
spawned.stdin.end();
forked.stdin.end();
forked.disconnect();
