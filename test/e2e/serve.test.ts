import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenForDatagrams } from '../unit/native/unix-socket.js';
import { Client, type ClientOptions } from './client.js';
import { PATIENCE, within } from './deadline.js';
import { servedMounts } from './leftovers.js';
import { COMMAND } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let folder: string;
let at: string;

beforeEach(() => {
  folder = temporaryFolder();
  at = join(folder, 'host');
});

afterEach(() => {
  for (const path of servedMounts()) {
    if (path.startsWith(folder)) execFileSync('umount', ['--lazy', path]);
  }
  removeFolder(folder);
});

/** Starts `serve` at a place. */
function serve(options: readonly string[] = [], how: ClientOptions = {}): Promise<Client> {
  return Client.start(process.execPath, [COMMAND, 'serve', '--at', at, ...options], how);
}

/** Starts it and waits until it serves. */
async function serving(options: readonly string[] = [], how: ClientOptions = {}): Promise<Client> {
  const server = await serve(options, how);
  expect(await server.line()).toBe(`serving ${at}`);
  return server;
}

/** Ends it by a signal; nothing may be left of it but what was there. */
async function stop(server: Client, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  server.signal(signal);
  await server.endedWell();
  expect(servedMounts()).not.toContain(at);
}

/** Why it does not serve: its one line on stderr. */
async function refusal(options: readonly string[] = []): Promise<string> {
  const { status, stdout, stderr } = await (await serve(options)).ended();
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^xen-evtchn: [^\n]+\n$/);
  expect(status).toBe(1);
  return stderr;
}

const statusOf = (name: string) => readFile(join(at, name), 'utf8');

describe('serve', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'serves until %s, and leaves nothing',
    async (signal) => {
      const server = await serving();
      expect(servedMounts()).toContain(at);
      expect(await statusOf('server')).toContain(`pid ${server.pid}\n`);
      expect(statSync(join(at, '0/evtchn')).mode & 0o7777).toBe(0o600);
      await stop(server, signal);
      expect(existsSync(at)).toBe(false);
    },
  );

  it('leaves a directory that was there', async () => {
    mkdirSync(at);
    await stop(await serving());
    expect(existsSync(at)).toBe(true);
  });

  it('begins with the domains that are named, and makes and destroys others', async () => {
    const server = await serving(['--domains', '1,7', '--mode', '640']);
    expect(existsSync(join(at, '0'))).toBe(false);
    for (const domain of [1, 7]) {
      expect(statSync(join(at, String(domain), 'evtchn')).mode & 0o7777).toBe(0o640);
    }
    mkdirSync(join(at, '32751'));
    expect(existsSync(join(at, '32751', 'evtchn'))).toBe(true);
    await stop(server);
  });

  it('tells a descriptor that it serves, and closes it', async () => {
    const ready = join(folder, 'ready');
    execFileSync('mkfifo', [ready]);
    const reader = readFile(ready, 'utf8');
    const words = [process.execPath, COMMAND, 'serve', '--at', at, '--ready-fd', '9'];
    const server = await Client.start('sh', ['-c', `exec "$@" 9>${ready}`, 'sh', ...words]);
    expect(await within(PATIENCE, () => 'it is not closed', reader)).toBe('ready\n');
    expect(await statusOf('server')).toContain('pid ');
    expect(await server.line()).toBe(`serving ${at}`);
    await stop(server);
  });

  it('tells the service manager that it serves, and that it stops', async () => {
    const name = `xen-evtchn-${process.pid}`;
    const received = listenForDatagrams(`\0${name}`);
    const environment = { NOTIFY_SOCKET: `@${name}` };
    const server = await serving(['--domains', '0,3'], { environment });
    const ready = await vi.waitFor(received, PATIENCE);
    expect(ready.split('\n')).toEqual([
      'READY=1',
      `STATUS=Serving ${at}, domains at the start: 0, 3`,
      `MAINPID=${server.pid}`,
    ]);
    await stop(server);
    expect(received()).toMatch(/^STOPPING=1\n/);
  });

  it('serves when the service manager cannot be told, and says so', async () => {
    const environment = { NOTIFY_SOCKET: join(folder, 'nobody') };
    const server = await serving([], { environment });
    server.signal('SIGTERM');
    const { status, stderr } = await server.ended();
    expect(status).toBe(0);
    expect(stderr).toMatch(/could not tell the service manager: ENOENT/);
  });

  it('goes on when nobody reads what it prints', async () => {
    const ready = join(folder, 'ready');
    execFileSync('mkfifo', [ready]);
    const reader = readFile(ready, 'utf8');
    const words = [process.execPath, COMMAND, 'serve', '--at', at, '--ready-fd', '9'];
    const child = spawn('sh', ['-c', `exec "$@" 9>${ready}`, 'sh', ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.destroy();
    expect(await within(PATIENCE, () => 'it does not serve', reader)).toBe('ready\n');
    expect(await statusOf('server')).toContain(`pid ${child.pid}\n`);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(servedMounts()).not.toContain(at);
  });

  it('gives clients an error when it is stopped while they wait', async () => {
    const server = await serving();
    const client = await Client.start('cat', [join(at, '0/evtchn')]);
    await vi.waitFor(async () => expect(await statusOf('0/files')).toContain(` ${client.pid} `), {
      timeout: PATIENCE,
    });
    await stop(server);
    const { status, stderr } = await client.ended();
    expect(status).toBe(1);
    expect(stderr).toMatch(/connection abort|not connected|No such device/);
  });

  it('ends with a line when somebody unmounts it', async () => {
    const server = await serving();
    execFileSync('umount', [at]);
    const { status, stderr } = await server.ended();
    expect(status).toBe(0);
    expect(stderr).toBe(`xen-evtchn: ${at} was unmounted: ending\n`);
    expect(existsSync(at)).toBe(false);
  });

  it('leaves nothing when a second signal ends it at once', async () => {
    const server = await serving();
    server.signal('SIGTERM');
    server.signal('SIGINT');
    await server.ended();
    expect(servedMounts()).not.toContain(at);
    expect(existsSync(at)).toBe(false);
  });

  it('leaves nothing when it is stopped while it starts', async () => {
    const server = await serve();
    server.signal('SIGTERM');
    await server.ended();
    expect(servedMounts()).not.toContain(at);
    expect(existsSync(at)).toBe(false);
  });
});

describe('a place that is taken', () => {
  it('is refused while a host is served there, which goes on', async () => {
    const server = await serving();
    const line = await refusal();
    expect(line).toMatch(new RegExp(`served there already \\(pid ${server.pid} since \\d{4}-`));
    expect(line).toContain(`kill ${server.pid}\n`);
    expect(await statusOf('server')).toContain(`pid ${server.pid}\n`);
    await stop(server);
  });

  it('goes to one of two that start at once', async () => {
    const both = [await serve(), await serve()];
    const first = await Promise.race(both.map(async (server) => server.ended()));
    expect(first.status).toBe(1);
    expect(first.stderr).toMatch(/served there already|another server is starting/);
    const winner = both.find(({ alive }) => alive)!;
    expect(await winner.line()).toBe(`serving ${at}`);
    expect(servedMounts().filter((path) => path === at)).toHaveLength(1);
    await stop(winner);
    expect(existsSync(at)).toBe(false);
  });

  it('is taken over from a killed server, with a line', async () => {
    const killed = await serving();
    killed.signal('SIGKILL');
    await killed.ended();
    expect(servedMounts()).toContain(at);
    await expect(statusOf('server')).rejects.toThrow('ENOTCONN');
    const server = await serving();
    expect(servedMounts().filter((path) => path === at)).toHaveLength(1);
    expect(await statusOf('server')).toContain(`pid ${server.pid}\n`);
    server.signal('SIGTERM');
    const { status, stderr } = await server.ended();
    expect(status).toBe(0);
    expect(stderr).toBe(`xen-evtchn: replaced what a killed server left mounted at ${at}\n`);
    expect(servedMounts()).not.toContain(at);
  });

  it('is refused within seconds while its server is stopped, which can go on afterwards', async () => {
    const server = await serving();
    server.signal('SIGSTOP');
    try {
      const begin = performance.now();
      expect(await refusal()).toMatch(/does not answer .*umount -l|does not answer .*kill -CONT/);
      expect(performance.now() - begin).toBeLessThan(10_000);
    } finally {
      server.signal('SIGCONT');
    }
    expect(await within(PATIENCE, () => 'it hangs', statusOf('server'))).toContain('pid ');
    await stop(server);
  });

  it('is refused when it has something in it, is a file, or has no parent', async () => {
    mkdirSync(at);
    writeFileSync(join(at, 'file'), '');
    expect(await refusal()).toContain('ENOTEMPTY');
    at = join(at, 'file');
    expect(await refusal()).toContain('ENOTDIR');
    at = join(folder, 'missing/host');
    expect(await refusal()).toContain('make that first');
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  it('is refused when something else is mounted there', async () => {
    mkdirSync(at);
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', at]);
    try {
      expect(await refusal()).toContain('something else is mounted there (tmpfs)');
    } finally {
      execFileSync('umount', [at]);
    }
  });
});
