// The client of the package, for `npm run bench:served`: node main.js WAY DEVICE [ARGUMENT]. Prints a line when it is ready,
// and a line of figures for each that it is given.
import { createInterface } from 'node:readline';
import { Bursts } from './bursts.js';
import type { Client } from './client.js';
import { ChannelCycle, PendingCycle } from './cycle.js';
import { Idle } from './idle.js';
import { Requests } from './requests.js';

const WAYS: Readonly<Record<string, new (device: string, argument: string) => Client>> = {
  requests: Requests,
  pending: PendingCycle,
  channel: ChannelCycle,
  bursts: Bursts,
  idle: Idle,
};

const [way = '', device = '', argument = ''] = process.argv.slice(2);
const client = new WAYS[way]!(device, argument);
process.stdout.write(`${client.ready}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const figures = await client.round(line);
  process.stdout.write(`${figures.map((one) => one.toFixed(1)).join(' ')}\n`);
}
process.exit();
