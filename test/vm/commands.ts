import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client, output } from '../e2e/client.js';
import { clientFile } from './client-files.js';
import { COMMAND, CuseHost, LIMIT, newPlace, withHost, xenEvtchn } from './cuse-host.js';
import { type Check, groupOf } from './group.js';

const MACHINE_DEVICE = '/dev/xen/evtchn';
/** Somebody without rights. */
const ORDINARY_USER = 1000;

/** Runs a program in a shell, as the device's user; its output. */
function shell(script: string): string {
  return execFileSync('sh', ['-ec', script], { encoding: 'utf8' });
}

/** @throws (rejects) Error unless the command fails with this status, and these words in one line on stderr */
async function refused(
  status: number,
  words: RegExp,
  args: readonly (string | number)[],
  user?: number,
): Promise<void> {
  const outcome = await xenEvtchn(args, user === undefined ? {} : { user, cwd: '/' });
  assert.equal(outcome.status, status, outcome.stderr);
  assert.match(outcome.stderr, words);
  assert.match(outcome.stderr, /^xen-evtchn: [^\n]*\n$/);
  assert.equal(outcome.stdout, '');
}

/** CUSE devices that there are. */
function devices(): string[] {
  return readdirSync('/sys/class/cuse').sort();
}

/** What loopback says of a device. */
function loopback(path: string, user?: number): Promise<string> {
  const options = user === undefined ? {} : { user };
  return output(clientFile('loopback'), [path], { deadline: LIMIT, ...options });
}

async function characterDevice(): Promise<void> {
  await withHost(async (host) => {
    const found = statSync(host.device(3));
    assert.ok(found.isCharacterDevice());
    assert.equal(found.mode & 0o7777, 0o600);
    const server = readFileSync(join(host.at, 'server'), 'utf8');
    assert.match(server, new RegExp(`^device 3 ${host.device(3)}$`, 'm'));
    assert.match(await loopback(host.device(3)), /^port \d+\n$/);
    // The tree has the same domain.
    assert.match(await loopback(join(host.at, '3', 'evtchn')), /^port \d+\n$/);
  });
}

async function permissions(): Promise<void> {
  await withHost(async (host) => {
    await assert.rejects(loopback(host.device(), ORDINARY_USER), /open EACCES/);
  });
  await withHost(
    async (host) => {
      assert.equal(statSync(host.device()).mode & 0o7777, 0o666);
      assert.match(await loopback(host.device(), ORDINARY_USER), /^port \d+\n$/);
    },
    ['--allow-other'],
  );
}

async function sharedStatus(): Promise<void> {
  await withHost(async (host) => {
    const clients = [host.device(), join(host.at, '0', 'evtchn')].map((path) =>
      Client.start(clientFile('waiting'), [path]),
    );
    const waiting = await Promise.all(clients);
    for (const each of waiting) assert.equal(await each.line(LIMIT), 'asleep');
    const open = host.table('files').map(({ process }) => process);
    assert.deepEqual([...new Set(open)].sort(), waiting.map(({ pid }) => `${pid} waiting`).sort());
    for (const each of waiting) each.hangUp();
    for (const each of waiting) await each.endedWell(LIMIT);
  });
}

async function sameName(): Promise<void> {
  await withHost(async (host) => {
    const other = newPlace();
    const args = ['serve', '--at', other.at, `--cuse=${host.name}`, '--domains', '3,4'];
    await refused(1, /there is a CUSE device of the name vm-\d+\/3 already/, args);
    assert.ok(!existsSync(other.at));
    assert.deepEqual(readdirSync(`/dev/${host.name}`).sort(), ['0', '3']);
    assert.match(await loopback(host.device(3)), /^port \d+\n$/);
    // Another name will do, for the same domains.
    await withHost(async (second) => {
      assert.match(await loopback(second.device(3)), /^port \d+\n$/);
    });
  });
}

async function machineDevice(): Promise<void> {
  await withHost(
    async (host) => {
      assert.ok(statSync(MACHINE_DEVICE).isCharacterDevice());
      assert.match(await loopback(MACHINE_DEVICE), /^port \d+\n$/);
      const args = ['serve', '--at', newPlace().at, '--cuse=other', '--dev-xen', 0];
      await refused(1, /EEXIST.*leave --dev-xen out/, args);
      assert.match(await loopback(host.device(3)), /^port \d+\n$/);
      assert.deepEqual(devices(), [`${host.name}!0`, `${host.name}!3`, 'xen!evtchn']);
    },
    ['--dev-xen', '3'],
  );
  assert.ok(!existsSync('/dev/xen'));
}

/** As under a real Xen: the kernel's own node is there. */
async function machineDeviceTaken(): Promise<void> {
  mkdirSync('/dev/xen');
  shell(`mknod ${MACHINE_DEVICE} c 10 122`);
  const place = newPlace();
  const args = ['serve', '--at', place.at, '--cuse', '--dev-xen', 0];
  await refused(1, /EEXIST.*leave --dev-xen out/, args);
  assert.ok(!existsSync(place.at));
  unlinkSync(MACHINE_DEVICE);
  writeFileSync(MACHINE_DEVICE, '');
  await refused(1, /EEXIST.*a killed server.*rm \/dev\/xen\/evtchn/, args);
  unlinkSync(MACHINE_DEVICE);
  rmdirSync('/dev/xen');
}

async function remadeDomain(): Promise<void> {
  await withHost(async (host) => {
    rmdirSync(join(host.at, '3'));
    await assert.rejects(loopback(host.device(3)), /open ENODEV/);
    mkdirSync(join(host.at, '3'));
    assert.match(await loopback(host.device(3)), /^port \d+\n$/);
  });
}

async function takenAway(): Promise<void> {
  const host = await CuseHost.start();
  writeFileSync(`/sys/class/cuse/${host.name}!3/abort`, '1');
  const { status, stderr } = await host.server.ended(LIMIT);
  assert.equal(status, 1, stderr);
  assert.match(stderr, /the kernel took the CUSE device vm-\d+\/3 away/);
  host.gone();
}

async function unmounted(): Promise<void> {
  const host = await CuseHost.start();
  shell(`umount ${host.at}`);
  const { status, stderr } = await host.server.ended(LIMIT);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /was unmounted: ending/);
  host.gone();
}

/** Without devtmpfs, as in containers: the server makes the nodes, and removes them. */
async function plainDev(): Promise<void> {
  const [command, client] = [COMMAND, clientFile('loopback')];
  const { at, name } = newPlace();
  const said = await output(
    'unshare',
    [
      ...['--mount', 'sh', '-ec'],
      `mount -t tmpfs none /dev
       mknod /dev/null c 1 3; mknod /dev/cuse c 10 203; mknod /dev/fuse c 10 229; mknod /dev/urandom c 1 9
       mkfifo /tmp/${name}
       ${process.execPath} ${command} serve --at ${at} --cuse=${name} --mode 640 --ready-fd 3 3>/tmp/${name} &
       read ready </tmp/${name}; rm /tmp/${name}
       stat -c '%F %a' /dev/${name}/0
       ${client} /dev/${name}/0 >/dev/null
       kill $!; wait $!
       ls /dev`,
    ],
    { deadline: LIMIT },
  );
  assert.equal(said, `serving ${at}\ncharacter special file 640\ncuse\nfuse\nnull\nurandom\n`);
}

/** Takes /dev/cuse away meanwhile. */
async function withoutCuse(): Promise<void> {
  unlinkSync('/dev/cuse');
  try {
    const { at } = newPlace();
    await refused(1, /ENOENT.*\/dev\/cuse.*modprobe cuse/, ['serve', '--at', at, '--cuse']);
    assert.ok(!existsSync(at));
    await refused(125, /ENOENT.*\/dev\/cuse.*modprobe cuse/, ['run', '--cuse', 'true']);
  } finally {
    shell('mknod -m 600 /dev/cuse c 10 203');
  }
}

async function ordinaryUser(): Promise<void> {
  const fuse = statSync('/dev/fuse').mode & 0o777;
  chmodSync('/dev/fuse', 0o666);
  try {
    await refused(125, /EPERM.*run --cuse.*be root/, ['run', '--cuse', 'true'], ORDINARY_USER);
    shell(`mkdir /tmp/own; chown ${ORDINARY_USER} /tmp/own`);
    const serve = ['serve', '--at', '/tmp/own/host', '--cuse'];
    await refused(1, /EACCES.*\/dev\/cuse.*be root/, serve, ORDINARY_USER);
    assert.deepEqual(readdirSync('/tmp/own'), []);
    rmdirSync('/tmp/own');
  } finally {
    chmodSync('/dev/fuse', fuse);
  }
}

/** Who may open /dev/cuse, but is not root to devices: the tree is theirs all the same. */
async function userNamespace(): Promise<void> {
  chmodSync('/dev/cuse', 0o666);
  chmodSync('/dev/fuse', 0o666);
  shell(`mkdir /tmp/own; chown ${ORDINARY_USER} /tmp/own`);
  try {
    const server = await Client.start(
      'unshare',
      [
        ...['--user', '--map-root-user', '--mount', process.execPath, COMMAND],
        ...['serve', '--at', '/tmp/own/host', '--cuse=own'],
      ],
      { user: ORDINARY_USER, cwd: '/' },
    );
    assert.equal(await server.line(LIMIT), 'serving /tmp/own/host');
    assert.equal(statSync('/dev/own/0').uid, 0);
    server.signal('SIGTERM');
    const { status, stderr } = await server.ended(LIMIT);
    assert.equal(status, 0);
    assert.match(stderr, /^xen-evtchn: \/dev\/own\/0 is root's, .*\n$/);
    assert.ok(!existsSync('/dev/own'));
  } finally {
    chmodSync('/dev/cuse', 0o600);
    chmodSync('/dev/fuse', 0o600);
    shell('rm -r /tmp/own');
  }
}

/** Runs a shell script by run --cuse. */
function runShell(script: string, ...options: readonly (string | number)[]) {
  return xenEvtchn(['run', '--cuse', ...options, '--', 'sh', '-c', script]);
}

async function runs(): Promise<void> {
  const kind = await runShell(`stat -c '%F %a' ${MACHINE_DEVICE}; ls /dev/xen; exit 7`);
  assert.deepEqual(kind, { status: 7, stdout: 'character special file 600\nevtchn\n', stderr: '' });
  const open = await runShell(`stat -c %a ${MACHINE_DEVICE}`, '--mode', 666);
  assert.equal(open.stdout, '666\n');
  assert.equal((await runShell('kill -KILL $$')).status, 137);
  assert.equal((await xenEvtchn(['run', '--cuse', '--', 'no-such-program'])).status, 127);
  assert.deepEqual(devices(), []);
  assert.ok(!existsSync('/dev/xen') && !existsSync('/dev/xen-evtchn-run'));
}

async function runKilled(): Promise<void> {
  const run = await Client.start(process.execPath, [
    ...[COMMAND, 'run', '--cuse', '--', clientFile('waiting'), MACHINE_DEVICE],
  ]);
  assert.equal(await run.line(LIMIT), 'asleep');
  assert.equal(devices().length, 1);
  run.signal('SIGKILL');
  assert.equal((await run.ended(LIMIT)).status, 137);
  assert.deepEqual(devices(), []);
  assert.ok(!existsSync('/dev/xen-evtchn-run'));
}

async function runTwice(): Promise<void> {
  const pair = await Promise.all(
    [1, 2].map(() => runShell(`${clientFile('loopback')} ${MACHINE_DEVICE}`)),
  );
  const [first, second] = pair.map(({ status, stdout }) => ({ status, stdout }));
  assert.deepEqual(first, second);
  assert.equal(first!.status, 0);
}

async function joinsWithout(): Promise<void> {
  await withHost(async (host) => {
    const args = ['run', '--host', host.at, '--cuse', '--domain', 5, 'true'];
    await refused(125, /no character device of domain 5: start it with/, args);
    assert.ok(!existsSync(join(host.at, '5')));
  });
}

async function wrongUsage(): Promise<void> {
  await refused(2, /--cuse.*a directory below \/dev/, ['serve', '--cuse=a/b']);
  await refused(2, /--cuse.*a directory below \/dev/, ['serve', '--cuse=']);
  await refused(2, /too many arguments/, ['serve', '--cuse', 'name', 'more']);
}

const checks: readonly (readonly [string, Check['run']])[] = [
  ['serve: a true character device, of the same domain as in the tree', characterDevice],
  ['serve: who may open it', permissions],
  ['serve: status files show who came through the device and through the tree', sharedStatus],
  ['serve: two hosts of one name are refused, of two names go on', sameName],
  ['serve --dev-xen: the device of the whole machine', machineDevice],
  ['serve --dev-xen: something is there already', machineDeviceTaken],
  ['serve: a domain is destroyed and made anew', remadeDomain],
  ['serve: the kernel takes a device away', takenAway],
  ['serve: the tree is unmounted', unmounted],
  ['serve: /dev is no devtmpfs', plainDev],
  ['no /dev/cuse', withoutCuse],
  ['an ordinary user', ordinaryUser],
  ['a user namespace', userNamespace],
  ['wrong usage', wrongUsage],
  ['run: device, exit status, nothing left', runs],
  ['run: killed', runKilled],
  ['run: two at a time', runTwice],
  ['run --host: a domain without a device', joinsWithout],
];

/** What the command does with --cuse. */
export const commands = groupOf(
  'commands',
  'serve --cuse and run --cuse',
  checks.map(([name, run]) => ({ name, run })),
);
