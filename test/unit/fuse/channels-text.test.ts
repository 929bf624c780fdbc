import { describe, expect, it } from 'vitest';
import { channelsText } from '../../../src/fuse/channels-text.js';
import { ManualClock, XenHost } from '../../../src/index.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';
import { ROOT } from './fuse-header.js';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import { BIND_VIRQ, connect, ServedDevice } from './served-device.js';
import { readTable } from './served-text.js';

/** The line of a port, by the names of the heading. */
function channel(kernel: KernelSide, domid: number, port: number) {
  const [heading, ...rows] = readTable(kernel, `${domid}/channels`);
  const row = rows.find(([first]) => first === String(port));
  return row && Object.fromEntries(heading!.map((name, column) => [name, row[column]]));
}

/** Two open files, in domains 0 and 7, with a channel between them. */
function pair() {
  const kernel = new KernelSide();
  kernel.names.set(100, 'back');
  kernel.names.set(200, 'front');
  const back = new ServedDevice(kernel, 0, { pid: 100 });
  const front = new ServedDevice(kernel, 7, { pid: 200 });
  const { port: backPort, otherPort: frontPort } = connect(back, 0, front, 7);
  return { kernel, back, front, backPort, frontPort };
}

describe('channels', () => {
  it('shows both ends of a channel, and who holds them', () => {
    const { kernel, backPort, frontPort } = pair();
    expect(channel(kernel, 0, backPort)).toEqual({
      port: String(backPort),
      state: 'interdomain',
      peer: `7:${frontPort}`,
      vcpu: '0',
      prio: '7',
      pending: 'no',
      masked: 'no',
      enabled: 'yes',
      queued: '0',
      file: '1',
      process: '100 back',
    });
    expect(channel(kernel, 7, frontPort)).toMatchObject({
      peer: `0:${backPort}`,
      file: '2',
      process: '200 front',
    });
  });

  it('shows where an event is: unread, read and not written back, or kept', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    const state = () => {
      const { pending, masked, enabled, queued } = channel(kernel, 0, backPort)!;
      return { pending, masked, enabled, queued };
    };
    front.notify(frontPort);
    expect(state()).toEqual({ pending: 'no', masked: 'yes', enabled: 'no', queued: '1' });
    back.read();
    expect(state()).toEqual({ pending: 'no', masked: 'yes', enabled: 'no', queued: '0' });
    front.notify(frontPort);
    expect(state()).toEqual({ pending: 'yes', masked: 'yes', enabled: 'no', queued: '0' });
    back.write(backPort);
    expect(state()).toEqual({ pending: 'no', masked: 'yes', enabled: 'no', queued: '1' });
    back.read();
    back.write(backPort);
    expect(state()).toEqual({ pending: 'no', masked: 'no', enabled: 'yes', queued: '0' });
  });

  it('counts unread events where the ring wraps, and of a port that is there twice', () => {
    const { kernel, back, front, backPort, frontPort } = pair();
    for (let i = 0; i < 63; i++) {
      front.notify(frontPort);
      back.read();
      back.write(backPort);
    }
    const second = connect(back, 0, front, 7);
    for (let i = 0; i < 3; i++) {
      front.notify(frontPort);
      // Written without having been read, a port is queued again.
      back.write(backPort);
    }
    front.notify(second.otherPort);
    expect(channel(kernel, 0, backPort)).toMatchObject({ queued: '3' });
    expect(channel(kernel, 0, second.port)).toMatchObject({ queued: '1' });
  });

  it('shows what an unbound port waits for, and a VIRQ by its name', () => {
    const { kernel, back } = pair();
    const unbound = back.bindUnbound(9);
    expect(channel(kernel, 0, unbound)).toMatchObject({ state: 'unbound', peer: '9' });
    const virq = back.ioctl(BIND_VIRQ, words(3));
    expect(channel(kernel, 0, virq)).toMatchObject({ state: 'virq', peer: 'VIRQ_DOM_EXC' });
  });

  it('shows what the kernel of the domain holds, by its handler', () => {
    const kernel = new KernelSide();
    const rows = readTable(kernel, '0/channels').slice(1);
    const states = new Set(rows.map(([, state]) => state));
    expect(states).toEqual(new Set(['virq', 'ipi', 'unbound', 'pirq']));
    for (const row of rows) {
      expect(row).toHaveLength(11);
      expect(row.at(-2)).toBe('-');
    }
    expect(rows.some((row) => row.at(-1)!.startsWith('kernel '))).toBe(true);
  });

  it('of a domain with the two-level ABI has no priorities', () => {
    const kernel = new KernelSide({
      domains: [],
      prepare: (host) => host.createDomain({ domid: 3, abi: 'two-level', kernelChannels: false }),
    });
    const device = new ServedDevice(kernel, 3);
    expect(channel(kernel, 3, device.bindUnbound(3))).toMatchObject({ prio: '-', vcpu: '0' });
  });

  it('shows ports that are free no more', () => {
    const { kernel, back, backPort } = pair();
    const port = back.bindUnbound(7);
    expect(channel(kernel, 0, port)).toBeDefined();
    back.ioctl(0x44503, words(port));
    expect(channel(kernel, 0, port)).toBeUndefined();
    kernel.succeed(fuse.rmdir(ROOT, '7'));
    expect(channel(kernel, 0, backPort)).toMatchObject({ state: 'unbound', peer: '7' });
    back.release();
    expect(channel(kernel, 0, backPort)).toBeUndefined();
  });

  it('shows what is counted: events, those that merged, and how old the last one is', () => {
    const clock = new ManualClock();
    const host = new XenHost({ clock });
    const statistics = new ChannelStatistics(() => clock.now());
    host.attach(statistics);
    const domain = host.createDomain({ domid: 3, kernelChannels: false });
    const [quiet, busy] = [2, 3].map(() => domain.hypercalls.allocUnbound(3, 3));
    const own = domain.hypercalls.bindInterdomain(3, busy!);
    domain.hypercalls.send(own);
    domain.hypercalls.send(own);
    clock.advance(1250);
    const { ports } = statistics.domain(3)!;
    const lines = channelsText(domain, [], { ports, now: clock.now() }).trimEnd().split('\n');
    const [heading, ...rows] = lines.map((line) => line.trim().split(/ {2,}/));
    const counts = rows.map((row) => [row[0], ...row.slice(heading!.indexOf('events'), -2)]);
    expect(heading!.slice(-5)).toEqual(['events', 'coalesced', 'last', 'file', 'process']);
    expect(counts).toEqual([
      [String(quiet), '0', '0', '-'],
      [String(busy), '2', '1', '1.250 s'],
      [String(own), '1', '0', '1.250 s'],
    ]);
  });
});
