import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { evtchnProgram, evtchnScript, saidBy, startScript } from './evtchn-program.js';
import { ORDINARY_USER, PYTHON } from './requirements.js';
import { ServedHost } from './served-host.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let host: ServedHost;
let folder: string;
beforeAll(async () => {
  host = await ServedHost.start({ options: ['--allow-other', '--mode', '600'] });
  folder = temporaryFolder();
});
afterAll(async () => {
  removeFolder(folder);
  await host.stop();
});

/** What a program says of handles that it fails to open. */
async function refusals(script: string, user?: number): Promise<string[]> {
  const tried = `const tryToOpen = (options) => { try { openEvtchn(options).close(); say('opened'); } catch (error) { say(error.message); } };`;
  const options = user === undefined ? {} : { user };
  return saidBy(await startScript(host.directory, `${tried}\n${script}`, options));
}

describe('a device that cannot be opened', () => {
  it('says what is wrong and what can be done', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'text');
    expect(
      await refusals(`
        tryToOpen({ device: '/nowhere/evtchn' });
        const before = resources().descriptors;
        tryToOpen({ device: '${folder}' });
        tryToOpen({ device: '${file}' });
        tryToOpen({ device: '/dev/null' });
        tryToOpen({ device: '${file}/evtchn' });
        tryToOpen({ device: host + '/0/files' });
        say(resources().descriptors - before);`),
    ).toEqual([
      'ENOENT: No such file or directory, open: no /nowhere/evtchn here: `xen-evtchn run` gives a program one; on a Xen host, load the module xen-evtchn',
      `EISDIR: Is a directory, open: ${folder}`,
      `ENOTTY: Inappropriate ioctl for device, ioctl: ${file} is no event-channel device`,
      'ENOTTY: Inappropriate ioctl for device, ioctl: /dev/null is no event-channel device',
      `ENOTDIR: Not a directory, open: ${file}/evtchn`,
      expect.stringMatching(/^EACCES/),
      '0',
    ]);
  });

  it("is not an ordinary user's", async () => {
    const [line] = await refusals('tryToOpen({ device: device() });', ORDINARY_USER);
    expect(line).toBe(
      `EACCES: Permission denied, open: ${host.device()} is not yours to open: run as root, or have root give you the file, or open it and pass the descriptor on`,
    );
  });

  it('says so of a server that is gone', async () => {
    const other = await ServedHost.start();
    other.server.signal('SIGKILL');
    await other.server.ended();
    const lines = await refusals(`tryToOpen({ device: '${other.device()}' });`);
    other.discard();
    expect(lines).toEqual([expect.stringMatching(/^(ENOTCONN|ECONNABORTED): /)]);
  });
});

describe('a descriptor', () => {
  it('of something else is refused, and left as it is', async () => {
    const file = join(folder, 'other');
    writeFileSync(file, 'text');
    expect(
      await refusals(`
        import { fstatSync, openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
        tryToOpen({ fd: 900 });
        for (const path of ['/dev/null', '${file}', '${folder}']) {
          const fd = openSync(path);
          tryToOpen({ fd });
          fstatSync(fd);
        }
        tryToOpen({ fd: 0 });
        // What Node has there: an epoll(7) of its own.
        const names = readdirSync('/proc/self/fd');
        tryToOpen({ fd: Number(names.find((fd) => outcome(() => readlinkSync('/proc/self/fd/' + fd)) === 'anon_inode:[eventpoll]')) });
        tryToOpen({ fd: -1 });
        tryToOpen({ fd: 1.5 });
        tryToOpen({ fd: 0x80000000 });
        tryToOpen({ fd: 3, device: device() });
        say(/flags:\\s+0*(\\d+)/.exec(readFileSync('/proc/self/fdinfo/0', 'utf8'))[1] & 0o4000);`),
    ).toEqual([
      expect.stringMatching(/^EBADF: Bad file descriptor, ioctl: descriptor 900$/),
      expect.stringMatching(/^ENOTTY: .*: descriptor \d+ is no event-channel device$/),
      expect.stringMatching(/^ENOTTY: .*: descriptor \d+ is no event-channel device$/),
      expect.stringMatching(/^ENOTTY: .*: descriptor \d+ is no event-channel device$/),
      expect.stringMatching(/: descriptor 0 is no event-channel device$/),
      expect.stringMatching(/^EINVAL: .*: descriptor \d+ is no event-channel device$/),
      expect.stringMatching(/fd/),
      expect.stringMatching(/fd/),
      expect.stringMatching(/fd/),
      expect.stringMatching(/exclude each other/),
      '0',
    ]);
  });

  /** Takes descriptor 3 over, and waits for events of a port that a handle of its own sends. */
  const TAKE_OVER = `
    const here = openEvtchn({ fd: 3 });
    say(here.fd, here.kind);
    const there = open();
    const port = here.bindUnboundPort(0);
    const remote = there.bindInterdomain(0, port);
    for (let events = 0; events < 3; events++) {
      const wait = here.pending();
      there.notify(remote);
      say(await wait === port);
      here.unmask(port);
    }
    here.close();
    there.close();
    say(outcome(() => openEvtchn({ fd: 3 })));`;
  const TAKEN = ['3 device', 'true', 'true', 'true', 'EBADF'];

  it('that a parent has opened is taken over (Node)', async () => {
    const words = evtchnScript(TAKE_OVER);
    const client = await startScript(
      host.directory,
      `import { spawn } from 'node:child_process';
      import { openSync, closeSync } from 'node:fs';
      const fd = openSync(device(), 'r+');
      const child = spawn(${JSON.stringify(words[0])}, [...${JSON.stringify(words.slice(1))}, host], { stdio: ['ignore', 'inherit', 'inherit', fd] });
      closeSync(fd);`,
    );
    expect(await saidBy(client)).toEqual(TAKEN);
  });

  it('that a parent has opened is taken over (Python)', async () => {
    const script =
      'import os,sys; fd = os.open(sys.argv[1], os.O_RDWR); os.dup2(fd, 3); os.set_inheritable(3, True); os.execv(sys.argv[2], sys.argv[2:])';
    const words = [...evtchnScript(TAKE_OVER), host.directory];
    const client = await Client.start(PYTHON, ['-c', script, host.device(), ...words], {
      cwd: new URL('../..', import.meta.url).pathname,
    });
    expect(await saidBy(client)).toEqual(TAKEN);
  });

  it('that a parent has opened serves a user who may not open the device', async () => {
    const script = `import os,sys; fd = os.open(sys.argv[1], os.O_RDWR); os.dup2(fd, 3); os.set_inheritable(3, True); os.setgroups([]); os.setgid(${ORDINARY_USER}); os.setuid(${ORDINARY_USER}); os.execv(sys.argv[2], sys.argv[2:])`;
    const words = [
      ...evtchnScript(`
        const here = openEvtchn({ fd: 3 });
        const port = here.bindUnboundPort(0);
        const remote = here.bindInterdomain(0, port);
        const wait = here.pending();
        say(await wait === remote);
        here.close();`),
      host.directory,
    ];
    const client = await Client.start(PYTHON, ['-c', script, host.device(), ...words], {
      cwd: new URL('../..', import.meta.url).pathname,
    });
    expect(await saidBy(client)).toEqual(['true']);
  });
});

it('children of a program do not hold its device', async () => {
  const client = await Client.start(process.execPath, [evtchnProgram('children'), host.directory]);
  expect(await saidBy(client)).toEqual([
    'none in spawned',
    'none in forked',
    'waiting true',
    'state unbound',
  ]);
  await host.untilUnused();
});

it('a file whose permissions change is open still', async () => {
  const client = await startScript(
    host.directory,
    `const { here, there, port, send } = pair();
    const wait = here.pending();
    say('open');
    await new Promise((resolve) => process.stdin.once('end', resolve).resume());
    send();
    say(await wait === port);
    here.close(); there.close();`,
  );
  expect(await client.line()).toBe('open');
  chmodSync(host.device(), 0o000);
  expect(await saidBy(client)).toEqual(['open', 'true']);
  chmodSync(host.device(), 0o600);
});
