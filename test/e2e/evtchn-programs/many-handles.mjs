// As many handles as the second argument says, each waiting; says how many threads that took, sends each an event, and says how
// many had it. Then waits with all of them until its input ends, and says for each line what processor time it has had.
import { createInterface } from 'node:readline';
import { dispose, open, resources, warmUp } from './prelude.mjs';

const count = Number(process.argv[3]);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
await (await warmUp()).close();
const before = resources();
const there = open();
const handles = Array.from({ length: count }, () => open());
const remotes = handles.map((here) => there.bindInterdomain(0, here.bindUnboundPort(0)));
there.unmask(there.read());
for (const here of handles) here.unmask(here.read());

const threads = () => resources().threads - before.threads;
for (let round = 1; round <= 3; round++) {
  const waits = handles.map((here) => here.pending());
  console.log(`waiting ${waits.length} threads ${threads()}`);
  for (const remote of remotes) there.notify(remote);
  const ports = await Promise.all(waits);
  handles.forEach((here, index) => {
    here.unmask(ports[index]);
  });
  console.log(`woken ${new Set(ports).size}`);
}
const waits = handles.map((here) => here.pending().catch((error) => error.code));
console.log('asleep');
for (let line = await lines.next(); !line.done; line = await lines.next()) {
  const { user, system } = process.cpuUsage();
  console.log((user + system) / 1000);
}
const ends = Promise.all(handles.map((here) => dispose(here)));
console.log(`ends ${new Set(await Promise.all(waits)).size}`);
await ends;
there.close();
console.log(`left ${threads()} ${resources().descriptors - before.descriptors}`);
