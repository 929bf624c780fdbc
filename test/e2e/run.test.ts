import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output } from './client.js';
import { servedMounts } from './leftovers.js';
import { onDevice, ran, runWords, startRun } from './run-client.js';
import { removeFolder, temporaryFolder } from './temporary-folder.js';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

/** A shell that runs a script with `xen-evtchn run` as its arguments, `"$@"`. */
const shell = (script: string): Promise<string> =>
  output('sh', ['-euc', script, 'sh', ...runWords()]);

/** Where anything is mounted, in the mount namespace of this process. */
const mountpoints = (): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[4]!);

describe('run', () => {
  it('gives a program the device of domain 0', async () => {
    // Whoever connects to a port of its own has an event at once.
    const script =
      'p = connect(0, bind(0)); r, = struct.unpack("I", os.read(device, 4)); print(p == r)';
    expect(await ran(onDevice(script))).toEqual({ status: 0, stdout: 'True\n', stderr: '' });
  });

  it('gives it the device of another domain', async () => {
    const script = 'print(connect(7, bind(7)) > 0)';
    expect((await ran(['--domain', 7, '--', ...onDevice(script)])).stdout).toBe('True\n');
    const elsewhere = await ran(['--domain', 0, ...onDevice(script)]);
    expect(elsewhere.stderr).toContain('No such process');
  });

  it('always has a domain 0 for the others', async () => {
    expect((await ran(['--domain', 32751, ...onDevice('print(bind(0) > 0)')])).stdout).toBe(
      'True\n',
    );
  });

  it('runs two at once, each with a host of its own', async () => {
    const script = 'ports = [bind(0) for _ in range(3)]; say(*ports); sys.stdin.read()';
    const both = await Promise.all([startRun(onDevice(script)), startRun(onDevice(script))]);
    const [one, other] = await Promise.all(both.map((client) => client.line()));
    expect(one).toMatch(/^\d+ \d+ \d+$/);
    expect(other).toBe(one);
    for (const client of both) client.hangUp();
    for (const client of both) expect(await client.endedWell()).toBe(`${one}\n`);
  });

  it('runs inside itself', async () => {
    const inner = onDevice('print(bind(0))');
    const alone = await ran(inner);
    const nested = await ran(
      onDevice(`
bind(0)
sys.stdout.flush()
os.execv(sys.argv[1], sys.argv[1:])`).concat(runWords(...inner)),
    );
    expect(nested).toEqual(alone);
  });

  it('passes input, output and errors through', async () => {
    const client = await startRun(['sh', '-c', 'cat; echo oops >&2']);
    client.say('one');
    expect(await client.line()).toBe('one');
    client.say('two');
    client.hangUp();
    expect(await client.ended()).toEqual({ status: 0, stdout: 'one\ntwo\n', stderr: 'oops\n' });
  });

  it('passes arguments, environment and working directory through', async () => {
    const words = ['-', '--domain', 'ü b', '', '-x', '*', '--'];
    const outcome = await ran(
      ['sh', '-c', 'pwd; echo "$MARKER"; printf "<%s>" "$@"', 'sh', ...words],
      {
        cwd: folder,
        environment: { MARKER: ' as it is ' },
      },
    );
    expect(outcome.stdout).toBe(`${folder}\n as it is \n<-><--domain><ü b><><-x><*><-->`);
  });

  it('works in a directory that is no more', async () => {
    const gone = join(folder, 'gone');
    mkdirSync(gone);
    const said = await shell(`cd ${gone}; rmdir ${gone}; "$@" readlink /proc/self/cwd`);
    expect(said).toBe(`${gone} (deleted)\n`);
  });

  it('passes descriptors on that it was given, and none of its own', async () => {
    writeFileSync(join(folder, 'text'), 'the text');
    const text = openSync(join(folder, 'text'), 'r');
    const script = 'cat <&3; echo; echo more >&5; ls /proc/self/fd';
    const [node = '', ...args] = runWords('sh', '-c', script);
    const stdio = ['ignore', 'pipe', 'inherit', text, 'ignore', 'pipe'] as const;
    const child = spawn(node, args, { stdio: [...stdio] });
    closeSync(text);
    const said = ['', ''];
    child.stdout!.on('data', (data) => {
      said[0] += data;
    });
    const [, , , , , further] = child.stdio as (Readable | null)[];
    further!.on('data', (data) => {
      said[1] += data;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status).toBe(0);
    expect(said[1]).toBe('more\n');
    const [content, ...descriptors] = said[0]!.trimEnd().split('\n');
    expect(content).toBe('the text');
    // What vitest's own process lets its children inherit comes on top, from 6 up; ls opens the directory itself.
    const mine = await output('sh', ['-c', 'ls /proc/self/fd']);
    const inherited = mine
      .trimEnd()
      .split('\n')
      .filter((fd) => Number(fd) > 5);
    expect(descriptors).toEqual(expect.arrayContaining(['0', '1', '2', '3', '4', '5']));
    expect(descriptors.length).toBeLessThanOrEqual(7 + inherited.length);
  });

  it('leaves the standard streams as blocking as they were', async () => {
    const script = 'import fcntl\nprint([fcntl.fcntl(fd, 3) & 0o4000 for fd in (0, 1, 2)])';
    const said = await shell(`cat /dev/null | "$@" /usr/bin/python3 -c '${script}' 2>&1 | cat`);
    expect(said).toBe('[0, 0, 0]\n');
  });

  it('leaves nothing behind', async () => {
    const device = existsSync('/dev/xen/evtchn');
    const inside = await ran(['sh', '-c', 'cut -d " " -f 5 /proc/self/mountinfo; ls /dev/xen']);
    const [listed, ...mounts] = inside.stdout.trimEnd().split('\n').reverse();
    expect(listed).toBe('evtchn');
    const outside = mountpoints();
    const added = mounts.filter((path) => !outside.includes(path));
    expect(added).toContain('/dev/xen/evtchn');
    expect(added.filter((path) => !path.startsWith('/dev'))).toEqual([]);
    expect(servedMounts().filter((path) => path.startsWith('/dev/'))).toEqual([]);
    expect(existsSync('/dev/xen/evtchn')).toBe(device);
  });
});

describe("a program's /dev", () => {
  it("is the machine's, with the device", async () => {
    const machine = readdirSync('/dev');
    const said = await ran(['ls', '-A', '/dev']);
    expect(said.stdout.trimEnd().split('\n').sort()).toEqual(
      [...new Set([...machine, 'xen'])].sort(),
    );
  });

  it('has devices, links, pseudo terminals and shared memory that work', async () => {
    const script = `
      echo gone > /dev/null
      test -c /dev/null
      test "$(head -c 3 /dev/zero | tr '\\0' x)" = xxx
      echo linked | cat /dev/stdin
      test -d /dev/pts
      echo $$ > /dev/shm/xen-evtchn-$$
      rm /dev/shm/xen-evtchn-$$
      script -qec 'tty' /dev/null`;
    const said = await ran(['sh', '-euc', script]);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^linked\n\/dev\/pts\/\d+\r\n$/);
  });

  it('keeps what else is in a /dev/xen that lacks the device', async () => {
    const prepare =
      'mount -t tmpfs tmpfs /dev/xen; echo kept > /dev/xen/privcmd; ln -s privcmd /dev/xen/link';
    const look = onDevice(
      'print(*sorted(os.listdir("/dev/xen")), open("/dev/xen/link").read(), end="")',
    );
    const words = ['sh', '-euc', `${prepare}; exec "$@"`, 'sh', ...runWords(...look)];
    expect(await ran(words)).toEqual({
      status: 0,
      stdout: 'evtchn link privcmd kept\n',
      stderr: '',
    });
  });

  it('is put together without sysfs too, and nothing of that is seen', async () => {
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const words = runWords('sh', '-c', 'ls -A "$TMPDIR"; test -f /dev/xen/evtchn && echo there');
    const script = 'mount -t tmpfs tmpfs /sys; exec "$@"';
    const said = await output('unshare', ['--mount', 'sh', '-euc', script, 'sh', ...words], {
      environment: { TMPDIR: temporary },
    });
    expect(said).toBe('there\n');
    expect(readdirSync(temporary)).toEqual([]);
  });
});
