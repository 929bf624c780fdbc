import { describe, expect, it } from 'vitest';
import { ManualClock, XenHost } from '../../../src/index.js';
import type { HostSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { parseSnapshot, snapshotText } from '../../../src/snapshot/snapshot-text.js';
import { stuckPorts } from '../../../src/snapshot/stuck-ports.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import { ChannelStatistics } from '../../../src/statistics/channel-statistics.js';

/** A host with channels in many states. */
function host(watched: boolean): HostSnapshot {
  const clock = new ManualClock();
  const xen = new XenHost({ clock });
  const statistics = watched ? new ChannelStatistics(() => clock.now()) : undefined;
  if (statistics !== undefined) xen.attach(statistics);
  const back = xen.createDomain({ domid: 0 }).openEvtchn({ comm: 'caf\xe9' });
  const front = xen.createDomain({ domid: 7, vcpus: 2 }).openEvtchn();
  const theirs = front.bindInterdomain(0, back.bindUnboundPort(7));
  clock.advance(3);
  front.notify(theirs);
  front.notify(theirs);
  front.bindVirq(20);
  back.bindUnboundPort(7);
  return takeSnapshot(xen, { statistics, wallTime: 1_700_000_000_000 });
}

/** What JSON carries of it. */
const plain = (snapshot: HostSnapshot) => JSON.parse(JSON.stringify(snapshot)) as HostSnapshot;

describe('a snapshot as text', () => {
  for (const watched of [true, false]) {
    it(`is read as it was, ${watched ? 'with' : 'without'} counts`, () => {
      const snapshot = host(watched);
      expect(plain(parseSnapshot(snapshotText(snapshot)))).toEqual(plain(snapshot));
      expect(stuckPorts(parseSnapshot(snapshotText(snapshot)))).toEqual(stuckPorts(snapshot));
      const channels = snapshot.domains.flatMap((domain) => domain.channels);
      expect(channels.some(({ events }) => (events === undefined) === watched)).toBe(false);
    });
  }

  it('leaves out of channels what is 0, false or empty', () => {
    const text = snapshotText(host(true));
    expect(text).not.toMatch(/"(pending|masked)":false|"maskReasons":\[\]|"(vcpu|queued)":0/);
    expect(text).not.toMatch(/"(events|coalesced|overflows|sends)":0/);
    expect(text).toContain('"queued":1');
  });

  it.each([
    ['', 'this is not the state of a host: Unexpected end of JSON input'],
    ['port state\n1 virq', 'this is not the state of a host: '],
    ['null', 'this is not the state of a host: it has no version or no domains'],
    ['7', 'this is not the state of a host: it has no version or no domains'],
    ['{"version":"1","domains":[]}', 'it has no version or no domains'],
    ['{"version":1}', 'it has no version or no domains'],
    [
      '{"version":2,"domains":[]}',
      'the state of the host is in version 2 of its layout, this program reads version 1: use the xen-evtchn that serves the host',
    ],
  ])('is refused if it is %j', (text, message) => {
    expect(() => parseSnapshot(text)).toThrow(message);
  });
});
