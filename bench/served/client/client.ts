// The client of the package, for `npm run bench:served`: node client.js WAY DEVICE. Prints a line when it is ready, and a line
// of figures for each that it is given.
import { createInterface } from 'node:readline';
import { openEvtchn } from '../../../src/index.js';
import { ChannelCycle, PendingCycle } from './cycle.js';

/** What is measured. */
export interface Client {
  /** What it prints when it is ready. */
  readonly ready: string;
  begin(): Promise<void>;
  round(): Promise<number[]>;
}
const WAYS = { pending: PendingCycle, channel: ChannelCycle };
const [way, device] = process.argv.slice(2);
const client = new WAYS[way as keyof typeof WAYS](openEvtchn({ device: device! }));
process.stdout.write(`${client.ready}\n`);
await client.begin();
for await (const _ of createInterface({ input: process.stdin })) {
  process.stdout.write(`${(await client.round()).map((x) => x.toFixed(1)).join(' ')}\n`);
}
