// As many channels of one handle as the second argument says, each waited on; every event of three rounds must come to the
// channel of its port, and only there.
import { open } from './prelude.mjs';

const count = Number(process.argv[3]);
const rounds = 3;
const here = open();
const there = open();
const ports = Array.from({ length: count }, () => here.bindUnboundPort(0));
const remotes = ports.map((port) => there.bindInterdomain(0, port));
const any = here.pending().catch((error) => error.code);
const channels = ports.map((port) => here.channel(port));
for (let round = 1; round <= rounds; round++) {
  const waits = channels.map((channel) => channel.after(channel.count));
  // Half of the events come before the ports are unmasked.
  for (const remote of remotes.slice(0, count / 2)) there.notify(remote);
  await Promise.resolve();
  for (const remote of remotes.slice(count / 2)) there.notify(remote);
  const counts = await Promise.all(waits);
  console.log(`round ${round}: ${new Set(counts).size === 1 ? counts[0] : counts}`);
}
here.close();
console.log(`others ${await any}`);
there.close();
