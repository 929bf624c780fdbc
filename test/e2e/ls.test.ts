import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textWidth } from '../../src/terminal/text-width.js';
import { Client } from './client.js';
import { commanded, commandWords } from './command.js';
import { startScript } from './evtchn-program.js';
import { COMMAND, ServedHost } from './served-host.js';
import { Terminal } from './terminal.js';
import { readTable } from './text-table.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are controlled with
const LOOKS = /\x1b\[[\d;]*m/g;

let host: ServedHost;
/** The program whose ports are listed, and the ports by what it did with them. */
let client: Client;
let ports: {
  readonly unread: number;
  readonly read: number;
  readonly handled: number;
  readonly alone: number;
  readonly virq: number;
};
beforeAll(async () => {
  host = await ServedHost.start({ domains: [0, 7] });
  client = await startScript(
    host.directory,
    `
    const here = open();
    const there = open({ device: device(7) });
    const channel = () => {
      const port = here.bindUnboundPort(7);
      const remote = there.bindInterdomain(0, port);
      there.unmask(there.tryPending());
      return { port, send: (times) => { while (times-- > 0) there.notify(remote); } };
    };
    const handled = channel();
    handled.send(1);
    here.unmask(here.tryPending());
    const read = channel();
    read.send(1);
    here.tryPending();
    read.send(3);
    const unread = channel();
    unread.send(1);
    const alone = here.bindUnboundPort(7);
    const virq = here.bindVirq(3);
    const ports = { unread: unread.port, read: read.port, handled: handled.port, alone, virq };
    say(JSON.stringify(ports));
    process.stdin.resume();
    process.stdin.on('end', () => process.exit());`,
  );
  ports = JSON.parse(await client.line());
});
afterAll(async () => {
  client.hangUp();
  await client.endedWell();
  await host.stop();
});

/** What `ls` prints that ends well. */
async function listed(...options: (string | number)[]): Promise<string> {
  const { status, stdout, stderr } = await commanded(['ls', '--host', host.directory, ...options]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** The rows of a domain's table, by port. */
async function channels(domid: number): Promise<Map<number, Record<string, string>>> {
  const [, table] = /^domain .*\n((?:.+\n)+)/.exec(await listed(domid))!;
  return new Map(readTable(table!).map((row) => [Number(row.port), row]));
}

describe('ls', () => {
  it('has a row for each port that tells what became of its events', async () => {
    const rows = await channels(0);
    const holder = { file: expect.stringMatching(/^\d+$/), process: `${client.pid} node` };
    const time = expect.stringMatching(/^[\d.]+m?s$/);
    expect(rows.get(ports.handled)).toMatchObject({
      ...holder,
      state: 'interdomain',
      peer: expect.stringMatching(/^7:\d+$/),
      vcpu: '0',
      prio: '7',
      pending: 'no',
      masked: 'no',
      enabled: 'yes',
      queued: '0',
      events: '1',
      coalesced: '0',
      'last event': time,
      'waits for': '-',
    });
    expect(rows.get(ports.read)).toMatchObject({
      ...holder,
      pending: 'yes',
      masked: 'yes',
      enabled: 'no',
      queued: '0',
      events: '4',
      coalesced: '2',
      'waits for': expect.stringMatching(/^write-back [\d.]+m?s/),
    });
    expect(rows.get(ports.unread)).toMatchObject({
      ...holder,
      pending: 'no',
      masked: 'yes',
      enabled: 'no',
      queued: '1',
      'waits for': expect.stringMatching(/^reader [\d.]+m?s/),
    });
    expect(rows.get(ports.alone)).toMatchObject({
      ...holder,
      state: 'unbound',
      peer: '7',
      'last event': '-',
      'waits for': expect.stringMatching(/^peer [\d.]+m?s$/),
    });
    expect(rows.get(ports.virq)).toMatchObject({ ...holder, state: 'virq', peer: 'VIRQ_DOM_EXC' });
    expect(rows.get(1)).toMatchObject({ process: 'kernel timer0', file: '-', enabled: '-' });
  });

  it('marks what is stuck, and says how to learn why', async () => {
    await expect
      .poll(async () => (await listed()).split('\n').at(-2), { timeout: 20_000 })
      .toBe(`2 ports are stuck: xen-evtchn why ${ports.read} --domain 0 --host ${host.directory}`);
    const stuck = [...(await channels(0))].filter(([, row]) => /STUCK$/.test(row['waits for']!));
    expect(stuck.map(([port]) => port)).toEqual([ports.read, ports.unread]);
  });

  it('lists open files', async () => {
    const stdout = await listed(0, '--files');
    const table = stdout.slice(stdout.indexOf('\nfile  process') + 1);
    const [row, ...others] = readTable(/^(?:.+\n)+/.exec(table)![0]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      process: `${client.pid} node`,
      ports: '5',
      unread: '1',
      ring: '64',
      overflow: 'no',
      reading: '0',
      polled: 'no',
    });
  });

  it("has the layout of Xen's dump", async () => {
    const lines = (await listed('--xen')).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'Event channel information for domain 0:',
      'Polling vCPUs: {}',
      '    port [p/m/s]',
      '       1 [0/0/  -   ]: s=5 n=0 x=0 v=0',
    ]);
    const at = (port: number) => String(port).padStart(4);
    expect(lines).toContain(`    ${at(ports.alone)} [0/0/  -   ]: s=2 n=0 x=0 d=7`);
    expect(lines).toContain(`    ${at(ports.virq)} [0/0/  -   ]: s=5 n=0 x=0 v=3`);
    const read = lines.find((line) => line.startsWith(`    ${at(ports.read)} `));
    expect(read).toMatch(/\[1\/1\/ {2}- {3}\]: s=3 n=0 x=0 d=7 p=\d+$/);
    expect(lines).toContain('Event channel information for domain 7:');
  });

  it('has everything in one JSON document', async () => {
    const snapshot = JSON.parse(await listed('--json'));
    expect(snapshot).toMatchObject({ version: 1, domains: [{ domid: 0 }, { domid: 7 }] });
    const [dom0] = JSON.parse(await listed(0, '--json')).domains;
    const channel = dom0.channels.find(({ port }: { port: number }) => port === ports.unread);
    expect(channel).toMatchObject({ state: 'interdomain', queued: 1, enabled: false });
  });

  it('says so of a host in which nothing is', async () => {
    const bare = await ServedHost.start();
    rmdirSync(join(bare.directory, '0'));
    const { stdout } = await commanded(['ls', '--host', bare.directory]);
    expect(stdout).toBe('this host has no domains\n');
    await bare.stop();
  });

  it('finds the host by the environment', async () => {
    const environment = { XEN_EVTCHN_HOST: host.directory };
    const { status, stdout } = await commanded(['ls', 7], { environment });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^domain 7: /);
  });

  it('finds the host by its process', async () => {
    const { status, stdout } = await commanded(['ls', 7, '--pid', host.pid]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^domain 7: /);
  });

  it('ends quietly when nobody reads on', async () => {
    const reader = await Client.start('bash', [
      '-c',
      `set -o pipefail; '${process.execPath}' '${COMMAND}' ls --host '${host.directory}' | head -n 1`,
    ]);
    expect(await reader.endedWell()).toMatch(/^domain 0: .*\n$/);
  });
});

describe('ls at a terminal', () => {
  const ls = (...options: string[]) => commandWords('ls', '--host', host.directory, ...options);

  /** The lines it prints, without what colours them. */
  async function printed(terminal: Terminal): Promise<string[]> {
    expect((await terminal.ended()).end).toBe(0);
    return terminal.text.replace(LOOKS, '').split('\r\n').slice(0, -1);
  }

  it.each([60, 80, 130])('of %i columns fits, and says what it leaves out', async (columns) => {
    const terminal = await Terminal.start(ls('--files'), { columns });
    const lines = await printed(terminal);
    for (const line of lines.slice(0, -2))
      expect(textWidth(line), line).toBeLessThanOrEqual(columns);
    expect(lines.join('\n')).toMatch(/\nno room for: .*prio/);
    expect(lines.join('\n')).toMatch(new RegExp(`\\n +${ports.unread} +interdomain .* reader`));
  });

  it('has colours there, and nowhere else', async () => {
    const colours = '\x1b[1;31m';
    const coloured = await Terminal.start(ls(), { columns: 200 });
    await coloured.ended();
    expect(coloured.text).toContain(colours);
    for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const plain = await Terminal.start(ls(), { columns: 200, environment });
      await plain.ended();
      expect(plain.text).not.toContain('\x1b');
    }
    expect(await listed()).not.toContain('\x1b');
    const forced = await commanded(['ls', '--host', host.directory], {
      environment: { FORCE_COLOR: '1' },
    });
    expect(forced.stdout).toContain(colours);
  });

  it('has JSON for people', async () => {
    const terminal = await Terminal.start(ls('7', '--json'), { columns: 80 });
    await terminal.ended();
    expect(terminal.text).toMatch(/^\{\r\n {2}"version": 1,/);
  });
});

describe('wrong usage of ls', () => {
  it.each([
    [['ls', 'x'], 'a domain number'],
    [['ls', '32752'], 'a domain number'],
    [['ls', '0', '7'], 'too many arguments'],
    [['ls', '--xen', '--json'], 'cannot be used with'],
    [['ls', '--files', '--json'], 'cannot be used with'],
    [['ls', '--host', ''], 'the directory of a served host'],
  ])('%j', async (words, message) => {
    const { status, stdout, stderr } = await commanded(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^xen-evtchn: .*; see xen-evtchn ls --help\n$/);
    expect(stderr).toContain(message);
  });

  it('a domain or a host that is not there is a failure', async () => {
    const none = await commanded(['ls', 99, '--host', host.directory]);
    expect(none).toMatchObject({ status: 1, stdout: '' });
    expect(none.stderr).toBe(`xen-evtchn: there is no domain 99 on ${host.directory}\n`);
    const nowhere = await commanded(['ls', '--host', '/nowhere']);
    expect(nowhere).toMatchObject({ status: 1, stdout: '' });
    expect(nowhere.stderr).toMatch(/^xen-evtchn: no host is served at \/nowhere.*\n$/);
  });
});
