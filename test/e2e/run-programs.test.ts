import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onDevice, ran, startRun } from './run-client.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

/** A file of programs. */
function programsFile(content: unknown, name = 'programs.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Offers a port to domain 1 in a file, and waits for ten events, answering each. */
const back = () =>
  onDevice(`
port = bind(1)
open("offer.new", "w").write(str(port))
os.rename("offer.new", "offer")
for _ in range(10):
    assert os.read(device, 4) == struct.pack("I", port)
    os.write(device, struct.pack("I", port))
    notify(port)
say("back is done")`);

/** Connects to it, and sends ten events, waiting for each answer. */
const front = () =>
  onDevice(`
while not os.path.exists("offer"): time.sleep(0.01)
port = connect(0, int(open("offer").read()))
os.write(device, os.read(device, 4))
for _ in range(10):
    notify(port)
    os.write(device, os.read(device, 4))
say("front is done")`);

describe('several programs', () => {
  it('meet in one host as their domains', async () => {
    const cwd = join(folder, 'meeting');
    mkdirSync(cwd);
    const words = ['--domain', 0, ...back(), ':::', '--domain', 1, '--', ...front()];
    const { status, stdout, stderr } = await ran(words, { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').sort()).toEqual(['back is done', 'front is done']);
  });

  it('see the one device of a domain they share', async () => {
    const script = 'say(bind(0)); time.sleep(1)';
    const words = [...onDevice(script), ':::', ...onDevice(script)];
    const outcome = await ran(words);
    expect(outcome).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^(\d+)\n(?!\1\n)\d+\n$/),
      stderr: '',
    });
  });

  it('each see the device of their own domain only', async () => {
    const script =
      'grep -c " /dev/xen/evtchn " /proc/self/mountinfo; sed -n "s|^.* /\\([0-9]*\\)/evtchn /dev.*|\\1|p" /proc/self/mountinfo';
    const words = ['sh', '-c', script, ':::', '--domain', 4, 'sh', '-c', `sleep 0.3; ${script}`];
    expect((await ran(words)).stdout).toBe('1\n0\n1\n4\n');
  });

  it('end with 0 when all have', async () => {
    const words = ['sh', '-c', 'sleep 0.3; echo late', ':::', 'echo', 'early'];
    expect(await ran(words)).toEqual({ status: 0, stdout: 'early\nlate\n', stderr: '' });
  });

  it('end with the first failure; the others get SIGTERM', async () => {
    const witness = 'trap "echo asked to end; exit 0" TERM; echo >&3; while :; do sleep 0.1; done';
    const words = ['sh', '-c', 'read line; exit 7', ':::', 'sh', '-c', `exec 3>&1; ${witness}`];
    const client = await startRun(words);
    await client.line();
    client.say();
    expect(await client.ended()).toEqual({
      status: 7,
      stdout: '\nasked to end\n',
      stderr: 'xen-evtchn: sh exited with 7\n',
    });
  });

  it('end with the first failure; SIGKILL ends those that do not', async () => {
    const deaf = 'trap "" TERM; echo; while :; do sleep 0.1; done';
    const client = await startRun([
      'sh',
      '-c',
      'read line; kill -SEGV $$',
      ':::',
      'sh',
      '-c',
      deaf,
    ]);
    await client.line();
    const begin = performance.now();
    client.say();
    const outcome = await client.ended();
    expect(outcome).toMatchObject({
      status: 139,
      stderr: 'xen-evtchn: sh was killed by SIGSEGV\n',
    });
    expect(performance.now() - begin).toBeGreaterThan(4900);
  });

  it('are not left running when one cannot be started', async () => {
    const outcome = await ran(['sleep', 60, ':::', './no-such-program', ':::', 'echo', 'started']);
    expect(outcome).toEqual({
      status: 127,
      stdout: '',
      stderr: 'xen-evtchn: ./no-such-program: not found\n',
    });
  });

  it('all get the signals that run gets', async () => {
    const ready = ['sh', '-c', 'echo ready; exec sleep 60'];
    const client = await startRun([...ready, ':::', ...ready]);
    await client.line();
    await client.line();
    client.signal('SIGTERM');
    expect(await client.ended()).toMatchObject({ status: 143, stderr: '' });
  });
});

describe('a file of programs', () => {
  it('runs them, YAML', async () => {
    mkdirSync(join(folder, 'below'));
    const file = programsFile(`
programs:
  - domain: 3
    command: [sh, -c, 'echo "$0 $NUMBER $(pwd)"', 1.50]
    env: {NUMBER: 0x10}
    cwd: below
`);
    const outcome = await ran(['--file', file]);
    expect(outcome).toEqual({ status: 0, stdout: `1.50 0x10 ${folder}/below\n`, stderr: '' });
  });

  it('runs them, JSON, with lines for the shell', async () => {
    const programs = [{ command: 'echo one; exit 0' }, { command: 'sleep 0.3; echo "two $HOME"' }];
    const file = programsFile({ programs }, 'programs.json');
    const outcome = await ran(['--file', file], { environment: { HOME: '/home' } });
    expect(outcome).toEqual({ status: 0, stdout: 'one\ntwo /home\n', stderr: '' });
  });

  it('gives them the domains it says', async () => {
    const cwd = join(folder, 'pair');
    mkdirSync(cwd);
    const file = programsFile({
      programs: [
        { domain: 0, command: back() },
        { domain: 1, command: front() },
      ],
    });
    expect(await ran(['--file', file], { cwd })).toMatchObject({ status: 0, stderr: '' });
  });

  it('calls a program that fails by its name', async () => {
    const programs = [{ name: 'the front end', command: ['false'] }, { command: ['sleep', '60'] }];
    const outcome = await ran(['--file', programsFile({ programs })]);
    expect(outcome).toMatchObject({
      status: 1,
      stderr: 'xen-evtchn: the front end exited with 1\n',
    });
  });

  it('is refused whole for a key that it does not know, with the place', async () => {
    const file = programsFile('programs:\n  - command: [echo, started]\n  - comand: [echo]\n');
    expect(await ran(['--file', file])).toEqual({
      status: 2,
      stdout: '',
      stderr: `xen-evtchn: ${file}:3:13: programs[1].comand: unknown key; there are domain, command, env, cwd, name; see xen-evtchn run --help\n`,
    });
  });

  it('says so when a folder to start in is not there', async () => {
    const file = programsFile({ programs: [{ command: ['true'], cwd: 'nowhere' }] });
    expect(await ran(['--file', file])).toMatchObject({
      status: 125,
      stderr: `xen-evtchn: true: cwd ${folder}/nowhere: ENOENT\n`,
    });
  });
});
