import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, output } from '../e2e/client.js';
import { type ClientName, clientFile } from './client-files.js';
import { COMMAND, CuseHost, LIMIT, newPlace, withHost, xenEvtchn } from './cuse-host.js';
import { type Check, groupOf } from './group.js';

/** Kills of each kind, and events each way: less than elsewhere, as the processor is emulated. */
const KILLS = 30;
const EVENTS = 3000;
/** How long an idle server is watched, in milliseconds, and what it may use, in ticks of 10 ms. */
const WATCHED = 4000;
const TICKS_AT_MOST = 1;

/** Cases of client programs that end with `ok CASE`. */
const CASES: readonly (readonly [ClientName, readonly string[]])[] = [
  [
    'sharing',
    [
      'threads',
      'read-blocks-nothing',
      'fork',
      'dup',
      'scm-rights',
      'closed-while-reading',
      'interrupted',
    ],
  ],
  [
    'readiness',
    ['poll', 'select', 'epoll-level', 'epoll-edge', 'epoll-edge-once', 'epoll-runtime', 'nonblock'],
  ],
  [
    'arguments',
    ['bad-pointers', 'faulting-read', 'unmapped-meanwhile', 'across-pages', 'compat-32bit'],
  ],
];

/** Parts of library-functions, in their order. */
const LIBRARY_PARTS = [
  'open_and_flags',
  'bind_notify_take',
  'coalescing',
  'refusals',
  'restricting',
  'adopting',
  'after_fork',
  'after_exec',
  'restricting_all',
];

const KILLED = ['read', 'poll', 'select', 'epoll', 'stopped', 'ioctl', 'threads', 'churn'];

/** Runs a client; what it says. @throws (rejects) Error unless it ends well */
function client(name: ClientName, ...args: readonly (string | number)[]): Promise<string> {
  return output(clientFile(name), args, { deadline: LIMIT });
}

/** Tries something with a host, whose domain 0 must be as it was before: its channels, and no open file. */
function onHost(name: string, use: (host: CuseHost) => Promise<void>): Check {
  const run = () =>
    withHost(async (host) => {
      const before = host.table('channels');
      await use(host);
      // A close over CUSE returns when the server has heard of it, so there is nothing to wait for.
      assert.deepEqual(host.table('files'), []);
      assert.deepEqual(host.table('channels'), before);
    });
  return { name, run };
}

/** Processor time of a process so far, all threads, in ticks. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function staysIdle(host: CuseHost): Promise<void> {
  const clients: Client[] = [];
  for (const domain of [0, 3]) {
    const waiting = await Client.start(clientFile('waiting'), [host.device(domain)]);
    assert.equal(await waiting.line(LIMIT), 'asleep');
    clients.push(waiting);
  }
  const before = ticks(host.server.pid);
  await pause(WATCHED);
  const used = ticks(host.server.pid) - before;
  assert.ok(used <= TICKS_AT_MOST, `${used} ticks in ${WATCHED} ms`);
  for (const waiting of clients) waiting.hangUp();
  for (const waiting of clients) await waiting.endedWell(LIMIT);
}

/** One half of the pair of two-domains. */
function half(role: 'back' | 'front', peer: number, folder: string, mode: string): string[] {
  const args = [role, peer, join(folder, 'shared'), mode, EVENTS];
  return [clientFile('two-domains'), ...args.map(String)];
}

/** Two processes in two domains of one host, in each other's way or in lockstep. */
async function twoDomains(mode: 'flood' | 'lockstep'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vm-'));
  const { status, stdout, stderr } = await xenEvtchn([
    ...['run', '--cuse', '--domain', 0, ...half('back', 1, folder, mode), ':::'],
    ...['--domain', 1, ...half('front', 0, folder, mode)],
  ]);
  rmSync(folder, { recursive: true });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  for (const role of ['back', 'front']) {
    const events = new RegExp(`^${role} saw ${EVENTS} steps by (\\d+) events$`, 'm').exec(stdout);
    assert.ok(events !== null, stdout);
    if (mode === 'lockstep') assert.equal(Number(events[1]), EVENTS);
  }
}

/** The same on a host they share, which each joins by itself. */
async function joinedDomains(): Promise<void> {
  await withHost(async (host) => {
    const folder = mkdtempSync(join(tmpdir(), 'vm-'));
    const run = (domain: number, program: readonly string[]) =>
      Client.start(process.execPath, [
        ...[COMMAND, 'run', '--host', host.at, '--cuse', '--domain', domain, '--', ...program],
      ]);
    const back = await run(0, half('back', 3, folder, 'lockstep'));
    const front = await run(3, half('front', 0, folder, 'lockstep'));
    assert.equal(await back.endedWell(LIMIT), `back saw ${EVENTS} steps by ${EVENTS} events\n`);
    assert.equal(await front.endedWell(LIMIT), `front saw ${EVENTS} steps by ${EVENTS} events\n`);
    rmSync(folder, { recursive: true });
  });
}

/** A server that is killed while clients wait in every way, and another in its place. */
async function suddenEnd(): Promise<void> {
  const place = newPlace();
  const host = await CuseHost.start([], place);
  const waiting = await Client.start(clientFile('sudden-end'), [host.device(), host.server.pid]);
  const results = new Map<string, string>();
  for (let line = await waiting.line(LIMIT); line !== 'dead'; line = await waiting.line(LIMIT)) {
    const [name = '', result = '', milliseconds] = line.split(' ');
    results.set(name, result);
    // A second, and what an emulated processor needs.
    assert.ok(Number(milliseconds) < 5000, line);
  }
  const gone = /^(ECONNABORTED|ENOTCONN)$/;
  for (const name of ['read', 'ioctl', 'write']) assert.match(results.get(name)!, gone, name);
  assert.match(results.get('open')!, /^(ENOENT|ENXIO|ENODEV|ECONNABORTED|ENOTCONN)$/);
  assert.deepEqual(
    ['poll', 'select', 'epoll', 'epoll-edge'].map((name) => results.get(name)),
    ['POLLERR', 'ready', 'EPOLLERR', 'EPOLLERR'],
  );
  await host.server.ended(LIMIT);

  const next = await CuseHost.start([], place);
  waiting.say();
  assert.equal(await waiting.line(LIMIT), 'anew ENOTCONN');
  await waiting.endedWell(LIMIT);
  assert.deepEqual(next.table('files'), []);
  next.server.signal('SIGTERM');
  const { status, stderr } = await next.server.ended(LIMIT);
  assert.equal(status, 0);
  assert.match(stderr, /^xen-evtchn: replaced .*\n$/);
  next.gone();
}

/** Unmodified programs with libxenevtchn, and other clients, over CUSE. */
export const clientPrograms = groupOf(
  'clients',
  'libxenevtchn and other client programs over CUSE',
  [
    ...[0, 7].map((domain): Check => {
      const run = async () => {
        const file = clientFile('library-functions');
        const args = ['run', '--cuse', '--domain', domain, '--', file, domain];
        const { status, stdout, stderr } = await xenEvtchn(args);
        assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
        const parts = [...stdout.matchAll(/^ok (\w+)$/gm)].map(([, part]) => part);
        assert.deepEqual(parts, LIBRARY_PARTS);
      };
      return { name: `every function of libxenevtchn, in domain ${domain}`, run };
    }),
    { name: `${EVENTS} notifies each way, by run --cuse`, run: () => twoDomains('flood') },
    { name: `${EVENTS} answered events, by run --cuse`, run: () => twoDomains('lockstep') },
    { name: `${EVENTS} answered events, by run --host --cuse`, run: joinedDomains },
    ...CASES.flatMap(([name, cases]) =>
      cases.map((which) =>
        onHost(`${name}: ${which}`, async (host) => {
          const said = await client(name, host.device(), which);
          assert.equal(said.trimEnd().split('\n').at(-1), `ok ${which}`);
        }),
      ),
    ),
    ...KILLED.map((kind) =>
      onHost(`${KILLS} clients killed: ${kind}`, async (host) => {
        const port = await client('loopback', host.device());
        assert.equal(await client('kills', host.device(), kind, KILLS), `killed ${KILLS}\n`);
        // The next bind gets the lowest port again.
        assert.equal(await client('loopback', host.device()), port);
      }),
    ),
    onHost('an idle server uses no processor time', staysIdle),
    { name: 'a server killed while clients wait', run: suddenEnd },
  ],
);
