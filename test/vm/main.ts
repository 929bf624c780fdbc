// What npm run test:vm runs in a virtual machine: `node main.js GROUP…`.
import { killClients } from '../e2e/client.js';
import { type Counts, total } from './group.js';
import { groups } from './groups.js';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const names = process.argv.slice(2);
const counts: Counts[] = [];
for (const { name, about, run } of groups) {
  if (!names.includes(name)) continue;
  say(`== ${name}: ${about}`);
  counts.push(await run(say));
  const left = await killClients();
  if (left.length > 0) say(`still running, and killed: ${left.join('; ')}`);
}
const { passed, failed, skipped } = total(counts);
say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
