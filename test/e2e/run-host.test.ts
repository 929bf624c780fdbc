import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { need } from './need.js';
import { missingUserNamespace } from './requirements.js';
import { OrdinaryUser } from './run-as-user.js';
import { onDevice, ran, startRun } from './run-client.js';
import { ServedHost } from './served-host.js';

let host: ServedHost;
beforeEach(async () => {
  host = await ServedHost.start({ domains: [0, 1] });
});
afterEach(() => host.stop());

/** The domains it has. */
const domains = (): string[] =>
  readdirSync(host.directory)
    .filter((name) => /^\d+$/.test(name))
    .sort();

/** Says its port to domain 1, waits for a line, then for an event. */
const BACK = 'p = bind(1); say(p); sys.stdin.readline(); os.read(device, 4); say("an event")';
const front = (port: number) => onDevice(`p = connect(0, ${port}); notify(p); say("sent")`);

describe('joining a host', () => {
  it('lets programs of several runs meet', async () => {
    const back = await startRun(['--host', host.directory, ...onDevice(BACK)]);
    const port = Number(await back.line());
    const channel = { port: String(port), state: 'unbound', peer: '1' };
    expect(await host.channels(0)).toContainEqual(expect.objectContaining(channel));
    const outcome = await ran(['--domain', 1, ...front(port)], {
      environment: { XEN_EVTCHN_HOST: host.directory },
    });
    expect(outcome).toEqual({ status: 0, stdout: 'sent\n', stderr: '' });
    back.say();
    expect(await back.endedWell()).toBe(`${port}\nan event\n`);
    await host.untilUnused(0);
  });

  it('shows the very device of the host at /dev/xen/evtchn', async () => {
    const script = 'stat -c "%d %i" /dev/xen/evtchn "$0"';
    const outcome = await ran(['--host', host.directory, 'sh', '-c', script, host.device(0)]);
    const [seen, served] = outcome.stdout.trimEnd().split('\n');
    expect(seen).toMatch(/^\d+ \d+$/);
    expect(seen).toBe(served);
  });

  it('makes a domain that it lacks, and leaves it', async () => {
    const words = ['--host', host.directory, '--domain', 9, ...onDevice('say(bind(0))')];
    expect((await ran(words)).status).toBe(0);
    expect(domains()).toEqual(['0', '1', '9']);
    expect((await ran(words)).status).toBe(0);
  });

  it('takes the place it is named by from where it is', async () => {
    const folder = join(host.directory, '..');
    const program = ['sh', '-c', 'pwd; test -f /dev/xen/evtchn'];
    const outcome = await ran(['--host', 'host', ...program, ':::', '--domain', 1, ...program], {
      cwd: folder,
    });
    expect(outcome).toEqual({ status: 0, stdout: `${folder}\n`.repeat(2), stderr: '' });
  });

  it('outlives its programs, and the next run', async () => {
    await ran(['--host', host.directory, 'true']);
    await ran(['--host', host.directory, 'false']);
    expect(host.server.alive).toBe(true);
    expect(domains()).toEqual(['0', '1']);
  });

  it('prefers the host of its command line', async () => {
    const outcome = await ran(['--host', host.directory, 'true'], {
      environment: { XEN_EVTCHN_HOST: '/no/such/host' },
    });
    expect(outcome.status).toBe(0);
  });

  it('starts a host of its own when the environment names none', async () => {
    const script = 'say(bind(0)); sys.stdin.readline()';
    const client = await startRun(onDevice(script), { environment: { XEN_EVTCHN_HOST: '' } });
    await client.line();
    expect(await host.files(0)).toEqual([]);
    client.say();
    await client.endedWell();
  });
});

describe('a host that cannot be joined', () => {
  /** The one line that says why. */
  const complaint = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await ran(words);
    expect({ status, stdout }).toEqual({ status: 125, stdout: '' });
    expect(stderr).toMatch(/^xen-evtchn: [^\n]+\n$/);
    return stderr;
  };

  it('because nothing is there', async () => {
    const said = await complaint('--host', '/no/such/host', 'true');
    expect(said).toContain('no host is served at /no/such/host: start one with xen-evtchn serve');
  });

  it('because something else is there', async () => {
    expect(await complaint('--host', '/etc', 'true')).toContain('no host is served at /etc');
    expect(await complaint('--host', '/dev/null', 'true')).toContain('it is not a directory');
  });

  it("because it is another user's", async (context) => {
    need(context, missingUserNamespace());
    const user = new OrdinaryUser();
    const outcome = await user.ran(['--host', host.directory, 'true']);
    expect(outcome).toMatchObject({ status: 125, stdout: '' });
    const reason = `no permission for the host at ${host.directory}: it is another user's`;
    expect(outcome.stderr).toContain(reason);
    user.leave();
  });

  it('unless it lets others in, which may use its domains and make none', async (context) => {
    need(context, missingUserNamespace());
    const open = await ServedHost.start({ domains: [0], options: ['--allow-other'] });
    const user = new OrdinaryUser();
    const join = ['--host', open.directory];
    expect(await user.ran([...join, 'test', '-w', '/dev/xen/evtchn'])).toMatchObject({ status: 0 });
    const outcome = await user.ran([...join, '--domain', 5, 'true']);
    expect(outcome).toMatchObject({ status: 125, stdout: '' });
    expect(outcome.stderr).toContain('only the owner of the host can make it');
    user.leave();
    await open.stop();
  });

  it('because it is dead', async () => {
    host.server.signal('SIGKILL');
    await host.server.ended();
    const said = await complaint('--host', host.directory, 'true');
    expect(said).toContain(`the host at ${host.directory} is dead: start it again`);
    await host.restart();
  });
});
