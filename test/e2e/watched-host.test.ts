import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TraceRecord } from '../../src/index.js';
import { parseSnapshot } from '../../src/snapshot/snapshot-text.js';
import type { TraceBatch } from '../../src/trace/trace-batch.js';
import { openWatchedHost } from '../../src/watch/open-watched-host.js';
import { Client, output } from './client.js';
import { PATIENCE, within } from './deadline.js';
import { program } from './programs.js';
import { ORDINARY_USER } from './requirements.js';
import { ServedHost } from './served-host.js';
import { TraceFollower } from './trace-follower.js';
import { watchingAsUser } from './watching-user.js';

const user = ORDINARY_USER;

/** What a shell says to a line: its status and what it wrote. */
async function shell(line: string, as?: number): Promise<[number, string]> {
  const client = await Client.start('sh', ['-c', line], as === undefined ? {} : { user: as });
  const { status, stdout, stderr } = await client.ended();
  return [status, stdout + stderr];
}

const isBind = ({ type }: TraceRecord) => type === 'bind';

describe('the files of a served host', () => {
  let host: ServedHost;
  afterEach(() => host.stop());
  const path = (name: string) => join(host.directory, name);

  it('are read and written by shells', async () => {
    host = await ServedHost.start({ domains: [0, 5] });
    const state = parseSnapshot(await output('cat', [path('state')]));
    expect(state.domains.map(({ domid }) => domid)).toEqual([0, 5]);
    const one = parseSnapshot(await output('cat', [path('5/state')]));
    expect(one.domains.map(({ domid }) => domid)).toEqual([5]);
    expect(await output('cat', [path('metrics')])).toMatch(/^xen_evtchn_domains 2$/m);
    expect(await shell(`echo 4 > ${path('0/notify')} && printf 0 >> ${path('0/virq')}`)).toEqual([
      0,
      '',
    ]);
    const [status, said] = await shell(`echo 999 | tee ${path('0/notify')}`);
    expect([status === 0, said]).toEqual([false, expect.stringContaining('Invalid argument')]);
    expect(await shell(`truncate -s 0 ${path('0/virq')}`)).toEqual([0, '']);
    const after = parseSnapshot(await output('cat', [path('0/state')]));
    const events = after.domains[0]!.channels.map(({ port, events: count }) => [port, count]);
    expect(events.filter(([, count]) => count !== 0)).toEqual([
      [1, 1],
      [4, 1],
    ]);
  });

  it('are the other way round out of reach, for root too', async () => {
    host = await ServedHost.start();
    for (const line of [
      `cat ${path('0/notify')}`,
      `cat ${path('0/virq')}`,
      `echo x > ${path('state')}`,
      `echo x > ${path('trace')}`,
      `echo x > ${path('metrics')}`,
    ]) {
      const [status, said] = await shell(line);
      expect([line, status === 0, said]).toEqual([
        line,
        false,
        expect.stringContaining('Permission denied'),
      ]);
    }
  });

  it('are the owner’s alone, though others may use the device', async () => {
    host = await ServedHost.start({ options: ['--allow-other'] });
    for (const line of [
      ...['state', 'metrics', 'trace', '0/state'].map((name) => `cat ${path(name)}`),
      ...['0/notify', '0/virq'].map((name) => `echo 4 > ${path(name)}`),
    ]) {
      const [status, said] = await shell(line, user);
      expect([line, status === 0, said]).toEqual([
        line,
        false,
        expect.stringContaining('Permission denied'),
      ]);
    }
    expect((await shell(`cat ${path('server')}`, user))[0]).toBe(0);
  });
});

describe('a watched host', () => {
  let host: ServedHost;
  afterEach(() => host.stop());

  it('shows who waits on what, while a client sleeps', async () => {
    host = await ServedHost.start({ domains: [0, 5] });
    const watched = await openWatchedHost({ host: host.directory });
    const client = await Client.start(program('waiting'), [host.device(5)]);
    expect(await client.line()).toBe('asleep');
    const [domain] = (await watched.snapshot(5)).domains;
    const process = { pid: client.pid, comm: 'waiting' };
    expect(domain!.files).toHaveLength(2);
    expect(domain!.files).toContainEqual(
      expect.objectContaining({ process, readers: 1, polled: true, ports: 1 }),
    );
    expect(domain!.files).toContainEqual(
      expect.objectContaining({ process, readers: 0, polled: false, ports: 1 }),
    );
    client.hangUp();
    await client.endedWell();
    await host.untilUnused(5);
  });

  it('is followed by two, each of whom sees all that a client does', async () => {
    host = await ServedHost.start();
    const watched = await openWatchedHost({ host: host.directory });
    const followers = [await TraceFollower.start(watched), await TraceFollower.start(watched)];
    await output(program('loopback'), [host.device()]);
    for (const follower of followers) {
      await follower.until(({ type }) => type === 'release');
      await follower.stop();
    }
    const [first, second] = followers;
    expect(second!.records).toEqual(first!.records);
    const types = first!.records.map(({ type }) => type);
    for (const type of ['open', 'bind', 'ioctl', 'set-pending', 'interrupt', 'read', 'eoi']) {
      expect(types).toContain(type);
    }
    expect(first!.records.find(({ type }) => type === 'open')).toMatchObject({ name: 'loopback' });
    // Steps of one request are told apart by their time, and come in its order.
    const times = first!.records.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBeGreaterThan(times.length / 2);
    const { time } = await watched.snapshot();
    expect(time).toBeGreaterThan(times.at(-1)!);
  });

  it('is steered: a send, an event that comes in, a VIRQ, and the end of a domain', async () => {
    host = await ServedHost.start({ domains: [0, 5] });
    const watched = await openWatchedHost({ host: host.directory });
    const client = await Client.start(program('waiting'), [host.device(5)]);
    expect(await client.line()).toBe('asleep');
    const follower = await TraceFollower.start(watched);
    const [domain] = (await watched.snapshot(5)).domains;
    const asleep = domain!.files.find(({ readers }) => readers === 1)!;
    const port = domain!.channels.find(({ file }) => file === asleep.file)!.port;
    await expect(watched.notify(5, 1000)).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(watched.notify(5, 1000, true)).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(watched.raiseVirq(5, 24)).rejects.toMatchObject({ code: 'EINVAL' });
    await watched.raiseVirq(5, 0);
    await follower.until(({ type }) => type === 'virq');
    // The reader that sleeps in read(2) gets it, as if its peer had sent.
    await watched.notify(5, port, true);
    await follower.until((record) => record.type === 'read' && record.ports.includes(port));
    await watched.destroyDomain(5);
    await follower.until(({ type }) => type === 'domain-destroy');
    expect(readdirSync(host.directory)).not.toContain('5');
    await expect(watched.snapshot(5)).rejects.toThrow(`there is no domain 5 on ${host.directory}`);
    await follower.stop();
    client.signal('SIGKILL');
    await client.ended();
  });

  it('says to another user that it is not theirs', async () => {
    host = await ServedHost.start({ options: ['--allow-other'] });
    const script = `
      const host = await openWatchedHost(choice);
      const acts = [host.snapshot(), host.notify(0, 4), host.raiseVirq(0, 0), host.destroyDomain(0),
        host.follow()[Symbol.asyncIterator]().next()];
      for (const answer of await Promise.all(acts.map(said))) console.log(answer);`;
    const { stdout } = await watchingAsUser({ host: host.directory }, script);
    const refusal = `no permission: only the owner of ${host.directory} may look into it and steer it`;
    expect(stdout.trimEnd().split('\n')).toEqual(Array(5).fill(refusal));
  });

  it('is traced while somebody has the trace open, and no longer when that one is killed', async () => {
    host = await ServedHost.start();
    const traces = async () => {
      const text = await readFile(join(host.directory, 'server'), 'utf8');
      return Number(/^traces (\d+)$/m.exec(text)?.[1]);
    };
    expect(await traces()).toBe(0);
    const script = `exec 3< ${join(host.directory, 'trace')}; echo open; read line`;
    const reader = await Client.start('sh', ['-c', script]);
    expect(await reader.line()).toBe('open');
    expect(await traces()).toBe(1);
    const device = host.device();
    await output(program('loopback'), [device]);
    reader.signal('SIGKILL');
    await reader.ended();
    // FUSE tells the server of a last close after the process is gone.
    await vi.waitFor(async () => expect(await traces()).toBe(0), { timeout: PATIENCE });
    // Whoever opens it now begins anew, with nothing of what the other one has not read.
    const follower = await TraceFollower.start(await openWatchedHost({ host: host.directory }));
    await output(program('loopback'), [device]);
    await follower.until(({ type }) => type === 'release');
    expect(follower.records.filter(({ type }) => type === 'open')).toHaveLength(2);
    expect(await traces()).toBe(1);
    await follower.stop();
    await vi.waitFor(async () => expect(await traces()).toBe(0), { timeout: PATIENCE });
  });
});

it('who stands still while much happens is told exactly what was lost', async () => {
  const host = await ServedHost.start();
  const watched = await openWatchedHost({ host: host.directory });
  const quick = await TraceFollower.start(watched);
  const slow = watched.follow({ interval: 5 })[Symbol.asyncIterator]();
  await slow.next();
  await output(program('latency'), [host.device(), 30_000]);
  await quick.until(({ type }) => type === 'release');
  const batches: TraceBatch[] = [];
  while (!batches.some(({ records }) => records.some(({ type }) => type === 'release'))) {
    batches.push((await slow.next()).value as TraceBatch);
  }
  await slow.return?.();
  await quick.stop();
  expect(quick.dropped).toBe(0);
  const kept = batches.flatMap(({ records }) => records);
  const [lost, ...later] = batches.map(({ dropped }) => dropped);
  expect(lost).toBeGreaterThan(0);
  expect(new Set(later)).toEqual(new Set([0]));
  expect(kept).toHaveLength(1 << 18);
  expect(kept).toEqual(quick.records.slice(lost, lost! + kept.length));
  await host.stop();
});

it('a host that ends is over for its followers', async () => {
  const host = await ServedHost.start();
  const follower = await TraceFollower.start(await openWatchedHost({ host: host.directory }));
  await output(program('loopback'), [host.device()]);
  await follower.until(isBind);
  await host.stop();
  await within(PATIENCE, () => 'still following', follower.ended);
});
