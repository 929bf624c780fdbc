import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWatchedHost } from '../../src/watch/open-watched-host.js';
import type { Client } from './client.js';
import { PATIENCE, within } from './deadline.js';
import { need } from './need.js';
import { missingUserNamespace } from './requirements.js';
import { OrdinaryUser } from './run-as-user.js';
import { onDevice, ran, startRun } from './run-client.js';
import { ServedHost } from './served-host.js';
import { TraceFollower } from './trace-follower.js';
import { watchingAsUser } from './watching-user.js';

/** A program that binds a port for its own domain, and ends with its input. */
const SCRIPT = 'say(bind(3)); sys.stdin.readline()';

/** Ends a program that waits for its input. */
async function end(client: Client): Promise<void> {
  client.say();
  await client.endedWell();
}

describe('the host of xen-evtchn run', () => {
  it('is watched by the number of its process, and is gone with it', async () => {
    const client = await startRun(['--domain', '3', ...onDevice(SCRIPT)]);
    const port = Number(await client.line());
    const host = await openWatchedHost({ pid: client.pid });
    expect(host.name).toBe(`process ${client.pid}`);
    const { domains } = await host.snapshot();
    expect(domains.map(({ domid }) => domid)).toEqual([0, 3]);
    expect(domains[1]!.channels).toContainEqual(
      expect.objectContaining({ port, state: 'unbound', peer: { domid: 3 } }),
    );
    const follower = await TraceFollower.start(host);
    await host.notify(3, port, true);
    await follower.until((record) => record.type === 'interrupt' && record.port === port);
    await end(client);
    await within(PATIENCE, () => 'still following', follower.ended);
    await expect(host.snapshot()).rejects.toThrow(/^the host of process \d+ .* is gone$/);
    await expect(openWatchedHost({ pid: client.pid })).rejects.toThrow('there is no process');
  });

  it('is not passed on to the program', async () => {
    const script =
      'for fd in range(3, 100): os.path.exists(f"/proc/self/fd/{fd}") and say(os.readlink(f"/proc/self/fd/{fd}"))';
    const { stdout, stderr } = await ran(onDevice(script));
    expect(stderr).toBe('');
    expect(stdout).toContain('/dev/xen/evtchn\n');
    expect(stdout.split('\n')).not.toContain('/');
  });

  it('is found among the processes where no place is told, and named where there are several', async () => {
    const first = await startRun(['--domain', '3', ...onDevice(SCRIPT)]);
    await first.line();
    const served = await ServedHost.start();
    const environment = { host: process.env.XEN_EVTCHN_HOST };
    try {
      process.env.XEN_EVTCHN_HOST = served.directory;
      expect((await openWatchedHost({})).name).toBe(served.directory);
      process.env.XEN_EVTCHN_HOST = '/nowhere';
      await expect(openWatchedHost({})).rejects.toThrow('no host is served at /nowhere');
      process.env.XEN_EVTCHN_HOST = '';
      const error = await openWatchedHost({}).catch((thrown: Error) => thrown.message);
      expect(error).toContain('no host is served at /run/xen-evtchn; running: ');
      expect(error).toContain(`--pid ${first.pid} (xen-evtchn run --domain 3 `);
      expect(error).toContain(
        `--pid ${served.pid} (xen-evtchn serve --at ${served.directory.slice(0, 20)}`,
      );
      expect((await openWatchedHost({ pid: served.pid })).name).toBe(served.directory);
    } finally {
      process.env.XEN_EVTCHN_HOST = environment.host ?? '';
      await served.stop();
      await end(first);
    }
  });

  it('is none where a process has none', async () => {
    await expect(openWatchedHost({ pid: process.pid })).rejects.toThrow(
      /^process \d+ \(.*\) serves no host that this user may look at$/,
    );
    await expect(openWatchedHost({ pid: 0x3fffffff })).rejects.toThrow('there is no process');
  });
});

describe('the host of xen-evtchn run of an ordinary user', () => {
  let user: OrdinaryUser;
  beforeAll(() => {
    user = new OrdinaryUser();
  });
  afterAll(() => user.leave());

  it('is for that user to watch, and not for root', async (context) => {
    need(context, missingUserNamespace());
    const client = await user.start(['--domain', '3', ...onDevice(SCRIPT)]);
    const port = Number(await client.line());
    const script = `
      const host = await openWatchedHost(choice);
      await host.notify(3, ${port}, true);
      const [, domain] = (await host.snapshot()).domains;
      console.log(domain.channels.find(({ port }) => port === ${port}).queued);`;
    expect(await watchingAsUser({ pid: client.pid }, script)).toEqual({
      status: 0,
      stdout: '1\n',
      stderr: '',
    });
    await expect(openWatchedHost({ pid: client.pid })).rejects.toThrow(
      'serves no host that this user may look at',
    );
    await end(client);
  });

  it('does not let them watch that of root', async () => {
    const client = await startRun(onDevice('say(1); sys.stdin.readline()'));
    await client.line();
    const script = 'console.log(await said(openWatchedHost(choice)));';
    const { stdout } = await watchingAsUser({ pid: client.pid }, script);
    expect(stdout).toMatch(
      new RegExp(`^no permission to look at process ${client.pid} .*: it is another user's\n$`),
    );
    await end(client);
  });
});
