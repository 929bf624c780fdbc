import { describe, expect, it } from 'vitest';
import type { ChannelSnapshot } from 'xen-evtchn/embedded';
import { channelFacts } from '../../../page/src/channel/channel-facts.js';
import { canNotify, sentText } from '../../../page/src/controls/notify.js';
import { channelRows } from '../../../page/src/tables/channel-row.js';
import { channel, domain, file, host } from '../host-fixture.js';

/** What is said of a channel of domain 7, by term. */
function facts(known: Partial<ChannelSnapshot>): Record<string, string> {
  const snapshot = host(60_000, [domain(7, [channel(9, known)], { files: [file(3), file(4)] })]);
  const [row] = channelRows(snapshot, () => false);
  return Object.fromEntries(channelFacts(row!, 60_000).map(({ term, text }) => [term, text]));
}

describe('channelFacts', () => {
  it('tells all of a connected channel that a file holds', () => {
    expect(
      facts({
        peer: { domid: 0, port: 14 },
        connectedAt: 57_500,
        priority: 7,
        masked: true,
        maskReasons: ['eoi-pending'],
        file: 3,
        enabled: false,
        queued: 1,
        events: 1200,
        coalesced: 3,
        overflows: 2,
        sends: 5,
        lastEventAt: 59_000,
        lastReader: 4,
      }),
    ).toEqual({
      'Bound as': 'interdomain',
      'Connected to': 'd0:14, for 2.50 s',
      Notifies: 'vCPU 0 with priority 7',
      'Events are': 'queued, unread',
      'In Xen': 'not pending, masked',
      'Masked because': 'the end of its event is to come (eoi-pending)',
      'Held by': 'file 3 of program-3, process 103',
      'In that file': 'not enabled until it is written back; 1 in the ring, unread',
      Events: '1\u202f200, 3 of them merged',
      Lost: '2 met a full ring',
      'Sent on it': '5',
      'Last event': '1 s ago',
      'Last read by': 'file 4',
    });
  });

  it('tells how an unbound channel lost its peer', () => {
    const lostPeer = { domid: 5, port: 2, at: 59_990, how: 'destroyed' } as const;
    expect(facts({ state: 'unbound', peer: { domid: 5 }, lostPeer })).toMatchObject({
      'Bound as': 'unbound: domain 5 may connect',
      'Lost its peer': 'd5:2, whose domain was destroyed 10 ms ago',
      'Handled by': 'nobody',
    });
  });

  it('tells when a deferred one opens', () => {
    expect(facts({ deferredUntil: 60_040 }).Opens).toBe('in 40 ms, deferred');
    expect(facts({ deferredUntil: 59_000 }).Opens).toBe('now');
  });

  it.each([
    [{ state: 'virq', number: 2 }, 'VIRQ_CONSOLE (2)'],
    [{ state: 'pirq', number: 9 }, 'physical interrupt 9'],
    [{ state: 'ipi' }, 'interrupt between vCPUs'],
    [{ state: 'interdomain', xenConsumer: true }, 'interdomain, consumed by Xen itself'],
  ] as const)('says what %o is bound as', (known, text) => {
    expect(facts(known)['Bound as']).toBe(text);
  });
});

describe('notify', () => {
  it('is offered for what EVTCHNOP_send takes', () => {
    const takes = (['interdomain', 'unbound', 'ipi', 'virq', 'pirq'] as const).filter((state) =>
      canNotify(channel(1, { state })),
    );
    expect(takes).toEqual(['interdomain', 'unbound', 'ipi']);
  });

  it('says where an event went, and when it was lost', () => {
    const connected = channel(9, { peer: { domid: 0, port: 14 } });
    expect(sentText(7, connected)).toBe('Sent on d7:9 to d0:14.');
    expect(sentText(7, channel(9, { state: 'ipi' }))).toBe('Sent on d7:9.');
    expect(sentText(7, channel(9, { state: 'unbound', peer: { domid: 0 } }))).toBe(
      'Sent on d7:9: nobody is connected, so the event was lost.',
    );
  });
});
