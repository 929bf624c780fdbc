import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, type TestContext } from 'vitest';
import type { Client } from './client.js';
import { need } from './need.js';
import { PrivateMounts } from './private-mounts.js';
import { ORDINARY_USER, PYTHON } from './requirements.js';
import { COMMAND } from './served-host.js';

/** Why an ordinary user cannot mount here, whatever the program; undefined if it can. */
function missingFusermount(): string | undefined {
  try {
    execFileSync('fusermount3', ['--version'], { stdio: 'ignore' });
    execFileSync(
      'setpriv',
      ['--reuid', ORDINARY_USER, '--', process.execPath, COMMAND, '--version'].map(String),
      { stdio: 'ignore' },
    );
    return undefined;
  } catch (error) {
    return `an ordinary user needs fusermount3 (Debian package fuse3), and to read this folder: ${(error as Error).message}`;
  }
}

const missing = missingFusermount();
let machine: PrivateMounts;
let runtime: string;

beforeEach(async (context: TestContext) => {
  need(context, missing);
  machine = await PrivateMounts.start('666');
  runtime = await machine.userFolder();
});

afterEach(() => machine.end());

/** Starts `serve` as an ordinary user. */
function serve(...options: readonly string[]): Promise<Client> {
  const environment = { XDG_RUNTIME_DIR: runtime };
  return machine.command(['serve', ...options], { user: ORDINARY_USER, environment });
}

/** Starts it at the user's own place, and waits until it serves. */
async function serving(): Promise<Client> {
  const server = await serve();
  expect(await server.line()).toBe(`serving ${runtime}/xen-evtchn`);
  return server;
}

/** Why it does not serve; nothing may be left then. */
async function refusal(...options: readonly string[]): Promise<string> {
  const { status, stderr } = await (await serve(...options)).ended();
  expect(status).toBe(1);
  expect(machine.hosts()).toEqual([]);
  expect(await machine.shell(`ls ${runtime}`)).toBe('');
  return stderr;
}

it('serves the user’s own programs, and nobody else, not even root', async () => {
  const server = await serving();
  const place = `${runtime}/xen-evtchn`;
  expect(machine.hosts()).toEqual([place]);
  expect(await machine.shell(`cat ${place}/server`, ORDINARY_USER)).toContain(
    `owner ${ORDINARY_USER}\n`,
  );
  // IOCTL_EVTCHN_BIND_UNBOUND_PORT for domain 0 answers with the port.
  const script = [
    'import fcntl, os, struct',
    `fd = os.open("${place}/0/evtchn", os.O_RDWR)`,
    'print(fcntl.ioctl(fd, 0x44502, bytearray(struct.pack("I", 0))))',
  ].join('\n');
  const bound = await machine.start(PYTHON, ['-c', script], { user: ORDINARY_USER });
  expect(Number(await bound.endedWell())).toBeGreaterThan(0);
  expect((await (await machine.start('cat', [`${place}/server`])).ended()).stderr).toContain(
    'Permission denied',
  );
  server.signal('SIGTERM');
  await server.endedWell();
  expect(machine.hosts()).toEqual([]);
  expect(await machine.shell(`ls ${runtime}`)).toBe('');
});

it('takes over from the user’s own killed server, and root from everybody’s', async () => {
  const killed = await serving();
  killed.signal('SIGKILL');
  await killed.ended();
  const next = await serving();
  expect(machine.hosts()).toHaveLength(1);
  next.signal('SIGKILL');
  const { stderr } = await next.ended();
  expect(stderr).toContain('replaced what a killed server left');
  const place = join(runtime, 'xen-evtchn');
  const root = await machine.command(['serve', '--at', place]);
  expect(await root.line()).toBe(`serving ${place}`);
  expect(machine.hosts()).toEqual([place]);
  root.signal('SIGTERM');
  expect((await root.ended()).stderr).toContain('replaced what a killed server left');
  expect(machine.hosts()).toEqual([]);
});

it('is refused by root’s place, and root by the user’s', async () => {
  const server = await serving();
  const { stderr } = await (
    await machine.command(['serve', '--at', `${runtime}/xen-evtchn`])
  ).ended();
  expect(stderr).toMatch(new RegExp(`served there already \\(pid ${server.pid} since`));
  server.signal('SIGTERM');
  await server.endedWell();
});

it('says what an ordinary user needs for others, for the machine, and where to mount', async () => {
  expect(await refusal('--allow-other')).toContain("'user_allow_other' in /etc/fuse.conf");
  expect(await refusal('--dev-xen', '0')).toContain('only root can show a device');
  expect(await refusal('--at', '/etc/xen-evtchn')).toContain('EACCES');
});

it('says how to get fusermount3 where there is none', async () => {
  const words = ['PATH=/nonexistent', process.execPath, COMMAND, 'serve'];
  const environment = { XDG_RUNTIME_DIR: runtime };
  const server = await machine.start('env', words, { user: ORDINARY_USER, environment });
  expect((await server.ended()).stderr).toContain('package fuse3');
  expect(await machine.shell(`ls ${runtime}`)).toBe('');
});
