import { describe, expect, it } from 'vitest';
import { EVTCHNOP_SEND } from '../../../src/abi/event-channel.js';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { XenHost } from '../../../src/host/xen-host.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';
import { callEach } from '../trace/every-call.js';

function watchedHost() {
  const clock = new ManualClock(1000);
  const host = new XenHost({ clock });
  const statistics = new ChannelStatistics(() => clock.now());
  host.attach(statistics);
  return { clock, host, statistics };
}

/** Domain 0 and 7, connected; `front.notify(local)` is an event for `back` on `remote`. */
function pair(host: XenHost) {
  const dom0 = host.createDomain({ domid: 0, kernelChannels: false });
  const dom7 = host.createDomain({ domid: 7, kernelChannels: false });
  const back = dom0.openEvtchn({ comm: 'qemu' });
  const front = dom7.openEvtchn({ comm: 'frontend' });
  const remote = back.bindUnboundPort(7);
  const local = front.bindInterdomain(0, remote);
  front.tryPending();
  front.unmask(local);
  return { dom0, dom7, back, front, remote, local };
}

describe('ChannelStatistics', () => {
  it('follows one event from the send to the unmask', () => {
    const { clock, host, statistics } = watchedHost();
    const { back, front, remote, local } = pair(host);
    clock.advance(10);
    front.notify(local);
    clock.advance(3);
    expect(back.tryPending()).toBe(remote);
    clock.advance(4);
    back.unmask(remote);
    const theirs = statistics.domain(0)!;
    expect(theirs.ports.events(remote)).toBe(1);
    expect(theirs.ports.lastEventAt(remote)).toBe(1010);
    expect(theirs.ports.lastReadAt(remote)).toBe(1013);
    expect(theirs.ports.lastReader(remote)).toBe(1);
    expect(theirs.ports.lastEnabledAt(remote)).toBe(1017);
    expect(statistics.domain(7)!.ports.sends(local)).toBe(1);
    expect(statistics.domain(7)!.ports.lastSendAt(local)).toBe(1010);
    expect(statistics.domain(7)!.hypercalls[EVTCHNOP_SEND]).toBe(1);
    expect(theirs.totals).toMatchObject({ events: 1, reads: 1, portsRead: 1, writes: 1 });
    const { sendToReadTimes, readToUnmaskTimes } = statistics;
    // The event that came with the connection took no time.
    expect([sendToReadTimes.count, sendToReadTimes.sum]).toEqual([2, 0.003]);
    expect([readToUnmaskTimes.count, readToUnmaskTimes.sum]).toEqual([2, 0.004]);
  });

  it('keeps what it knows of open files until they are released', () => {
    const { clock, host, statistics } = watchedHost();
    const { back, front, remote, local } = pair(host);
    const file = statistics.domain(0)!.file(1)!;
    expect(file).toMatchObject({ file: 1, comm: 'qemu', pid: 0, openedAt: 1000 });
    expect(file.lastReadAt).toBeNaN();
    for (let i = 0; i < 66; i++) {
      clock.advance(1);
      front.notify(local);
      if (i < 65) back.unmask(remote);
    }
    expect(file).toMatchObject({ overflowedAt: 1065, overflows: 2 });
    expect(file.lastWriteAt).toBe(1065);
    back.reset();
    expect(file.overflows).toBe(0);
    expect(file.overflowedAt).toBeNaN();
    expect(statistics.totals).toMatchObject({ overflows: 2, dropped: 64 });
    back.close();
    expect(statistics.domain(0)!.file(1)).toBeUndefined();
    expect(statistics.domain(0)!.closed.list()).toEqual([{ port: remote, at: 1066, file }]);
  });

  it('tells a peer that closed from one whose domain was destroyed', () => {
    const { clock, host, statistics } = watchedHost();
    const { back, dom7, front, remote, local } = pair(host);
    const second = back.bindUnboundPort(7);
    front.bindInterdomain(0, second);
    const own = front.bindUnboundPort(7);
    front.bindInterdomain(7, own);
    front.unbind(local);
    clock.advance(5);
    dom7.destroy();
    const { ports } = statistics.domain(0)!;
    expect([ports.lostPeerDomid(remote), ports.lostPeerAt(remote)]).toEqual([7, 1000]);
    expect(ports.lostPeerDestroyed(remote)).toBe(false);
    expect([ports.lostPeerDomid(second), ports.lostPeerAt(second)]).toEqual([7, 1005]);
    expect(ports.lostPeerDestroyed(second)).toBe(true);
    expect(statistics.domain(7)).toBeUndefined();
    expect(statistics.destroyed).toEqual([{ domid: 7, at: 1005 }]);
  });

  it('does not take a reset of a domain’s ports for its end', () => {
    const { host, statistics } = watchedHost();
    const { dom7, remote } = pair(host);
    dom7.hypercalls.reset(7);
    dom7.destroy();
    expect(statistics.domain(0)!.ports.lostPeerDestroyed(remote)).toBe(false);
  });

  it('starts anew with a domain that is made again, and remembers the last 32 that went', () => {
    const { host, statistics } = watchedHost();
    for (let i = 0; i < 40; i++) {
      const domain = host.createDomain({ domid: i + 1, kernelChannels: false });
      domain.openEvtchn().bindVirq(3);
      domain.destroy();
    }
    expect(statistics.destroyed).toHaveLength(32);
    expect(statistics.destroyed[0]).toEqual({ domid: 40, at: 1000 });
    host.createDomain({ domid: 40, kernelChannels: false });
    expect(statistics.domain(40)!.closed.list()).toEqual([]);
    expect(statistics.domain(40)!.totals.events).toBe(0);
    expect([...statistics.domains()].map(({ domid }) => domid)).toEqual([40]);
  });

  it('counts VIRQs that were raised while nobody had them bound', () => {
    const { clock, host, statistics } = watchedHost();
    const dom0 = host.createDomain({ domid: 0, kernelChannels: false });
    dom0.raiseVirq(3);
    clock.advance(5);
    host.raiseVirq(3);
    dom0.openEvtchn().bindVirq(3);
    dom0.raiseVirq(3);
    const { lostVirqs, lostVirqAt } = statistics.domain(0)!;
    expect(lostVirqs[3]).toBe(2);
    expect(lostVirqAt[3]).toBe(1005);
    expect(lostVirqs[4]).toBe(0);
  });

  it('counts only what Xen accepted as a send', () => {
    const { host, statistics } = watchedHost();
    const { dom0 } = pair(host);
    expect(() => dom0.hypercalls.send(30)).toThrow();
    expect(statistics.domain(0)!.hypercalls[EVTCHNOP_SEND]).toBe(1);
    expect(statistics.domain(0)!.totals.sends).toBe(0);
    expect(statistics.domain(0)!.ports.sends(30)).toBe(0);
  });

  it('may be attached late: what was there before is without times, what comes is counted', () => {
    const clock = new ManualClock(1000);
    const host = new XenHost({ clock });
    const { back, front, remote, local } = pair(host);
    front.notify(local);
    const statistics = new ChannelStatistics(() => clock.now());
    expect(statistics.since).toBe(1000);
    host.attach(statistics);
    expect(statistics.domain(0)).toBeUndefined();
    clock.advance(7);
    back.tryPending();
    back.unmask(remote);
    const { ports } = statistics.domain(0)!;
    expect(ports.openedAt(remote)).toBeNaN();
    expect(ports.lastReadAt(remote)).toBe(1007);
    expect(ports.events(remote)).toBe(0);
    expect(statistics.domain(0)!.createdAt).toBeNaN();
    expect(statistics.domain(0)!.file(1)).toMatchObject({ comm: '', lastReadAt: 1007 });
    expect(statistics.sendToReadTimes.count).toBe(0);
    expect(statistics.readToUnmaskTimes.count).toBe(1);
    back.close();
    expect(statistics.domain(7)!.ports.lostPeerPort(local)).toBe(remote);
    expect(statistics.domain(0)!.closed.list()[0]!.file?.file).toBe(1);
  });

  it('takes steps of domains, ports and files it never heard of', () => {
    const statistics = new ChannelStatistics(() => 5);
    callEach(statistics);
    expect(statistics.domain(8)!.closed.list()).toEqual([{ port: 9, at: 5, file: undefined }]);
    expect(statistics.domain(10)!.ports.lostPeerPort(11)).toBe(9);
    expect(statistics.domain(21)!.ports.coalesced(22)).toBe(1);
    expect(statistics.domain(2)).toBeUndefined();
    // The one to unbind from, and the one to release, were nobody's.
    expect(statistics.domain(56)).toBeUndefined();
    expect(statistics.domain(65)).toBeUndefined();
  });

  it('does not bring a destroyed domain back by what its handles still do', () => {
    const { host, statistics } = watchedHost();
    const { dom0, back, remote } = pair(host);
    const [file] = dom0.driver!.openFiles.values();
    dom0.destroy();
    expect(() => back.unmask(remote)).toThrow('ENODEV');
    file!.writeFrom([remote], 0, 1);
    file!.readPort();
    file!.release();
    expect(statistics.domain(0)).toBeUndefined();
  });
});
