import { describe, expect, it } from 'vitest';
import { POLLIN } from '../../../src/abi/poll.js';
import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import { allocUnboundXen } from '../../../src/hypervisor/xen-channel.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';
import { pollBlocking, readBlocking } from '../../../src/vfs/blocking.js';
import { EventPoll } from '../../../src/vfs/event-poll.js';
import { ProgramMemory } from '../vfs/program-memory.js';
import { Scene } from './scene.js';

/** What JSON leaves of a value: what is undefined is not there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('takeSnapshot', () => {
  it('has the whole of a small host', () => {
    const scene = new Scene();
    const { front, local, remote } = scene.pair();
    scene.wait(4);
    front.notify(local);
    front.close();
    scene.wait(2);
    expect(plain(scene.snapshot({ wallTime: 1234 }))).toEqual({
      version: 1,
      time: 10_006,
      wallTime: 1234,
      watchedSince: 10_000,
      destroyed: [],
      domains: [
        {
          domid: 0,
          abi: 'fifo',
          kernel: true,
          vcpus: 1,
          upcallMasked: [],
          paused: false,
          maxPort: 131_071,
          files: [
            {
              file: 1,
              process: { pid: 0, comm: 'qemu' },
              ports: 1,
              unread: 1,
              ringSize: 64,
              overflow: false,
              readers: 0,
              polled: false,
              openedAt: 10_000,
            },
          ],
          channels: [
            {
              port: remote,
              state: 'unbound',
              peer: { domid: 7 },
              vcpu: 0,
              priority: 7,
              pending: false,
              masked: true,
              maskReasons: ['eoi-pending'],
              file: 1,
              enabled: false,
              queued: 1,
              queuedBehind: 0,
              events: 1,
              coalesced: 0,
              overflows: 0,
              sends: 0,
              openedAt: 10_000,
              lostPeer: { domid: 7, port: local, at: 10_004, how: 'closed' },
              lastEventAt: 10_004,
              queuedSince: 10_004,
            },
          ],
          closed: [],
        },
        {
          domid: 7,
          abi: 'fifo',
          kernel: true,
          vcpus: 1,
          upcallMasked: [],
          paused: false,
          maxPort: 1023,
          files: [],
          channels: [],
          closed: [{ port: local, at: 10_004, file: 2, process: { pid: 0, comm: 'frontend' } }],
        },
      ],
    });
  });

  it('tells what statistics kept of a channel that works', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    scene.wait(1);
    front.notify(local);
    scene.wait(1);
    back.tryPending();
    scene.wait(1);
    front.notify(local);
    expect(scene.channel(0, remote)).toMatchObject({
      state: 'interdomain',
      peer: { domid: 7, port: local },
      pending: true,
      pendingSince: 10_003,
      enabled: false,
      disabledBy: 'read',
      connectedAt: 10_000,
      events: 2,
      lastReadAt: 10_002,
      lastReader: 1,
    });
    scene.wait(1);
    back.unmask(remote);
    expect(scene.channel(0, remote)).toMatchObject({
      pending: false,
      queued: 1,
      queuedSince: 10_003,
      lastEnabledAt: 10_004,
      disabledBy: undefined,
    });
    expect(scene.channel(7, local)).toMatchObject({ sends: 2, lastSendAt: 10_003, events: 1 });
  });

  it('has neither times nor counts where nothing is counted', () => {
    const scene = new Scene({ unwatched: true });
    const { front, local, remote } = scene.pair();
    front.notify(local);
    const snapshot = scene.snapshot();
    expect(snapshot.watchedSince).toBeUndefined();
    expect(snapshot.destroyed).toEqual([]);
    expect(plain(snapshot.domains[0]!.channels)).toEqual([
      {
        port: remote,
        state: 'interdomain',
        peer: { domid: 7, port: local },
        vcpu: 0,
        priority: 7,
        pending: false,
        masked: true,
        maskReasons: ['eoi-pending'],
        file: 1,
        enabled: false,
        queued: 1,
        queuedBehind: 0,
      },
    ]);
  });

  it('works with statistics that were attached later than anything came', () => {
    const scene = new Scene({ unwatched: true });
    const { front, local } = scene.pair();
    const statistics = new ChannelStatistics(() => scene.clock.now());
    scene.host.attach(statistics);
    const before = takeSnapshot(scene.host, { statistics });
    expect(before.watchedSince).toBe(10_000);
    expect(before.domains[0]!.channels[0]!.openedAt).toBeUndefined();
    front.notify(local);
    const { channels, files } = takeSnapshot(scene.host, { statistics }).domains[0]!;
    expect(channels[0]).toMatchObject({ events: 1, lastEventAt: 10_000, connectedAt: undefined });
    expect(files[0]).toMatchObject({ process: { comm: 'qemu' }, openedAt: undefined });
  });

  it('has domains by number, or only those asked for', () => {
    const scene = new Scene();
    scene.host.createDomain({ domid: 3 });
    const domids = (snapshot = scene.snapshot()) => snapshot.domains.map(({ domid }) => domid);
    expect(domids()).toEqual([0, 3, 7]);
    expect(scene.snapshot().partial).toBeUndefined();
    const some = scene.snapshot({ domids: [7, 9, 0] });
    expect(domids(some)).toEqual([0, 7]);
    expect(some.partial).toBe(true);
  });

  it('tells kernel channels, VIRQs, pirqs, IPIs and Xen’s own apart', () => {
    const scene = new Scene({ dom0: { kernelChannels: true } });
    const xens = allocUnboundXen(scene.dom7.xen, 0, 0, () => {});
    const { channels } = scene.snapshot().domains[0]!;
    const told = channels.map(({ state, number, handler }) => ({ state, number, handler }));
    expect(told).toContainEqual({ state: 'virq', number: 0, handler: 'timer0' });
    expect(told).toContainEqual({ state: 'ipi', number: undefined, handler: 'resched0' });
    expect(told).toContainEqual({ state: 'pirq', number: 9, handler: 'pirq9' });
    expect(channels.every(({ file, enabled }) => file === undefined && enabled === undefined)).toBe(
      true,
    );
    expect(scene.channel(7, xens)).toMatchObject({ xenConsumer: true, handler: undefined });
  });

  it('tells of two-level domains, of vCPUs without upcalls, of pauses and of lost VIRQs', () => {
    const scene = new Scene({ dom0: { abi: 'two-level', vcpus: 2 } });
    scene.dom0.kernel!.disableUpcalls(1);
    scene.dom0.pause();
    scene.wait(5);
    scene.dom0.raiseVirq(9);
    const { remote } = scene.pair();
    const [dom0, dom7] = scene.snapshot().domains;
    expect(dom0).toMatchObject({
      abi: 'two-level',
      maxPort: 4095,
      vcpus: 2,
      upcallMasked: [1],
      paused: true,
      lostVirqs: [{ virq: 9, count: 1, at: 10_005 }],
    });
    expect(dom7!.lostVirqs).toBeUndefined();
    expect(scene.channel(0, remote).priority).toBeUndefined();
  });

  it('tells which events are before a port’s own in the ring', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    const other = back.bindUnboundPort(7);
    const second = front.bindInterdomain(0, other);
    for (let i = 0; i < 2; i++) {
      front.notify(local);
      back.unmask(remote);
    }
    front.notify(second);
    expect(scene.channel(0, remote)).toMatchObject({ queued: 2, queuedBehind: 0 });
    expect(scene.channel(0, other)).toMatchObject({ queued: 1, queuedBehind: 2 });
    expect(scene.snapshot().domains[0]!.files[0]!.unread).toBe(3);
  });

  it('has no closed port that was opened again, and the domains that were destroyed', () => {
    const scene = new Scene();
    const { back, remote } = scene.pair();
    back.unbind(remote);
    expect(scene.snapshot().domains[0]!.closed).toHaveLength(1);
    expect(back.bindVirq(3)).toBe(remote);
    scene.wait(1.2345678);
    scene.dom7.destroy();
    const snapshot = scene.snapshot();
    expect(snapshot.domains[0]!.closed).toEqual([]);
    expect(snapshot.destroyed).toEqual([{ domid: 7, at: 10_001.235 }]);
  });

  it('tells readers from those who only poll, on an embedded host', async () => {
    const scene = new Scene();
    const { dom0, clock } = scene;
    const file = dom0.open();
    const memory = new ProgramMemory();
    const stop = new AbortController();
    const waiters = () => {
      const { readers, polled } = scene.snapshot().domains[0]!.files[0]!;
      return { readers, polled };
    };
    expect(waiters()).toEqual({ readers: 0, polled: false });
    const reading = readBlocking(file, memory, memory.base, 4, stop.signal);
    expect(waiters()).toEqual({ readers: 1, polled: false });
    const polling = pollBlocking(file, POLLIN, -1, clock, stop.signal);
    expect(waiters()).toEqual({ readers: 1, polled: true });
    stop.abort();
    await Promise.all([reading, polling]);
    expect(waiters()).toEqual({ readers: 0, polled: false });
    const set = new EventPoll<string>();
    set.add(file, POLLIN, 'device');
    expect(waiters()).toEqual({ readers: 0, polled: true });
    set.close();
  });

  it('lets who serves the host tell who waits', () => {
    const scene = new Scene();
    scene.pair();
    const asked: OpenFile[] = [];
    const waiting = (file: OpenFile) => {
      asked.push(file);
      return { readers: file.number, polled: file.number === 2 };
    };
    const { domains } = scene.snapshot({ waiting });
    expect(domains.flatMap(({ files }) => files)).toMatchObject([
      { file: 1, readers: 1, polled: false },
      { file: 2, readers: 2, polled: true },
    ]);
    expect(asked).toHaveLength(2);
  });

  it('changes nothing, and is not changed by what happens later', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    front.notify(local);
    const first = scene.snapshot();
    const copy = plain(first);
    expect(plain(scene.snapshot())).toEqual(copy);
    back.tryPending();
    back.unmask(remote);
    front.close();
    expect(plain(first)).toEqual(copy);
  });
});
