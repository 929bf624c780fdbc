import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from './client.js';
import { PrivateMounts } from './private-mounts.js';

const DEVICE = '/dev/xen/evtchn';

let machine: PrivateMounts;

beforeEach(async () => {
  machine = await PrivateMounts.start();
});

afterEach(() => machine.end());

/** Starts `serve --dev-xen` and waits until it serves. */
async function serving(name: string, ...options: readonly string[]): Promise<Client> {
  const at = join(machine.folder, name);
  const server = await machine.command(['serve', '--at', at, ...options]);
  expect(await server.line()).toBe(`serving ${at}`);
  return server;
}

/** Why it does not serve: its one line on stderr. */
async function refusal(...options: readonly string[]): Promise<string> {
  const at = join(machine.folder, 'refused');
  const { status, stderr } = await (
    await machine.command(['serve', '--at', at, '--dev-xen', '0', ...options])
  ).ended();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^xen-evtchn: [^\n]+\n$/);
  expect(await machine.shell(`ls ${machine.folder}`)).not.toContain('refused');
  return stderr;
}

/** What is in /dev/xen, with the kind of each. */
const listing = () =>
  machine.shell('if [ -d /dev/xen ]; then stat -c "%F %a %n" /dev/xen /dev/xen/*; fi');

it('shows a domain’s device to the whole machine, and takes away what it made', async () => {
  const server = await serving('host', '--domains', '0,3', '--dev-xen', '3', '--mode', '640');
  expect(machine.hosts()).toEqual([join(machine.folder, 'host'), DEVICE]);
  expect(await listing()).toBe(`directory 755 /dev/xen\nregular empty file 640 ${DEVICE}\n`);
  // Who has it open is listed in domain 3, and in no other.
  const files = (domain: number) => `${machine.folder}/host/${domain}/files`;
  const rows = await machine.shell(`exec 3<>${DEVICE}; wc -l <${files(3)}; wc -l <${files(0)}`);
  const [three, zero] = rows.trim().split('\n').map(Number);
  expect(three! - zero!).toBe(1);
  server.signal('SIGTERM');
  await server.endedWell();
  expect(machine.hosts()).toEqual([]);
  expect(await machine.shell('ls /dev')).not.toContain('xen');
});

it('makes the domain if --domains does not name it', async () => {
  const server = await serving('host', '--dev-xen', '5');
  expect(await machine.shell(`ls ${machine.folder}/host`)).toBe(
    '0\n5\nmetrics\nserver\nstate\ntrace\n',
  );
  server.signal('SIGINT');
  await server.endedWell();
});

it('leaves a folder and an empty file that were there', async () => {
  await machine.shell(`mkdir /dev/xen; chmod 700 /dev/xen; : >${DEVICE}`);
  const before = await listing();
  const server = await serving('host', '--dev-xen', '0');
  server.signal('SIGTERM');
  await server.endedWell();
  expect(await listing()).toBe(before);
});

it('refuses where a host’s device is shown already', async () => {
  const server = await serving('host', '--dev-xen', '0');
  expect(await refusal()).toMatch(/served there already \(pid \d+ since .*kill \d+\n$/);
  expect(machine.hosts()).toEqual([join(machine.folder, 'host'), DEVICE]);
  server.signal('SIGTERM');
  await server.endedWell();
});

it('refuses where a character device is, or something else, and leaves it', async () => {
  await machine.shell(`mkdir /dev/xen; mknod ${DEVICE} c 10 63`);
  expect(await refusal()).toContain('leave --dev-xen out');
  expect(await listing()).toContain('character special file');
  await machine.shell(`rm ${DEVICE}; echo text >${DEVICE}`);
  expect(await refusal()).toContain('move it away');
  expect(await machine.shell(`cat ${DEVICE}`)).toBe('text\n');
});

it('repairs what a killed server left, and then leaves nothing of it', async () => {
  const killed = await serving('host', '--dev-xen', '0');
  killed.signal('SIGKILL');
  await killed.ended();
  expect(machine.hosts()).toHaveLength(2);
  const server = await serving('host', '--dev-xen', '0');
  expect(machine.hosts()).toEqual([join(machine.folder, 'host'), DEVICE]);
  await machine.shell(`exec 3<>${DEVICE}`);
  server.signal('SIGTERM');
  const { status, stderr } = await server.ended();
  expect(status).toBe(0);
  expect(stderr.match(/replaced what a killed server left/g)).toHaveLength(2);
  expect(machine.hosts()).toEqual([]);
  expect(await machine.shell('ls /dev/xen')).toBe('');
});
