import { describe, expect, it } from 'vitest';
import { arrivalOf, destination, virqEnd } from '../../../src/snapshot/arrival.js';
import type { ChannelSnapshot } from '../../../src/snapshot/host-snapshot.js';
import { channel, domain, type FixtureDomain, snapshotOf } from './snapshot-fixture.js';

const END = { domid: 0, port: 14 };
const BACK = { file: 1, pid: 812, comm: 'back' };

/** What came of an event on port 14 of domain 0, which was and is like that. */
function arrival(
  before: Partial<ChannelSnapshot>,
  after: Partial<ChannelSnapshot>,
  about: Partial<FixtureDomain> = {},
) {
  const at = (state: Partial<ChannelSnapshot>) =>
    snapshotOf(
      domain({ domid: 0, files: [BACK], channels: [channel({ port: 14, ...state })], ...about }),
    );
  return arrivalOf(at(before), at(after), END);
}

const held = { file: 1 };
const masked = { ...held, pending: true, masked: true, maskReasons: ['eoi-pending'] } as const;

describe('arrivalOf', () => {
  it('says who has it queued, and whether he waits', () => {
    expect(arrival(held, { ...held, queued: 1 })).toEqual({
      kind: 'queued',
      text: 'dom0 port 14 has it queued in back[812], which does not wait for it now',
    });
    const polling = { files: [{ ...BACK, polled: true }] };
    expect(arrival(held, { ...held, queued: 1 }, polling).text).toBe(
      'dom0 port 14 has it queued in back[812]',
    );
  });

  it('says who has read it', () => {
    expect(arrival(held, held)).toEqual({
      kind: 'read',
      text: 'dom0 port 14 had it read by back[812]',
    });
  });

  it.each([
    [{}, 'until back[812] unmasks it'],
    [{ queued: 1 }, 'until back[812] reads and unmasks it'],
    [{ deferredUntil: 5 }, 'until its late EOI, which was put off, is done'],
    [{ maskReasons: ['explicit'] }, 'until its irq is enabled'],
    [{ maskReasons: ['temporary'] }, 'until it has moved to its new vCPU'],
    [{ maskReasons: [], file: undefined }, 'until it is unmasked'],
  ] as const)('says until when a masked port keeps it: %j', (state, until) => {
    expect(arrival(held, { ...masked, ...state })).toEqual({
      kind: 'masked',
      text: `dom0 port 14 is masked: remembered ${until}`,
    });
    expect(arrival(masked, { ...masked, ...state })).toEqual({
      kind: 'merged',
      text: `merged with the event that dom0 port 14 remembers ${until}`,
    });
  });

  it.each([
    [{ upcallMasked: [0] }, 'vCPU 0 of dom0 takes no upcalls now'],
    [{ paused: true }, 'dom0 is paused'],
    [{ kernel: false }, 'no kernel runs in dom0'],
    [{}, 'vCPU 0 of dom0 has not run since'],
  ])('says why it goes no further: %j', (about, reason) => {
    expect(arrival({}, { pending: true }, about)).toEqual({
      kind: 'waiting',
      text: `dom0 port 14 has it pending: ${reason}`,
    });
    expect(arrival({ pending: true }, { pending: true }, about)).toEqual({
      kind: 'merged',
      text: `merged with the event that is pending on dom0 port 14: ${reason}`,
    });
  });

  it('says that a full ring has lost it', () => {
    const full = { files: [{ ...BACK, overflow: true }] };
    const lost = {
      kind: 'overflow',
      text: 'the ring of back[812] is full: dom0 port 14 has lost it',
    };
    expect(arrival(held, held, full)).toEqual(lost);
    expect(arrival({ ...held, overflows: 1 }, { ...held, overflows: 2 })).toEqual(lost);
  });

  it('says what handles it without an open file', () => {
    expect(arrival({}, { handler: 'timer0' })).toEqual({
      kind: 'handled',
      text: 'the kernel has handled it on dom0 port 14 (timer0)',
    });
    expect(arrival({}, { xenConsumer: true })).toEqual({
      kind: 'handled',
      text: 'Xen itself has dom0 port 14',
    });
    expect(arrival({}, {})).toEqual({
      kind: 'lost',
      text: 'nothing in dom0 handles dom0 port 14: lost',
    });
  });

  it('says that the port was closed meanwhile', () => {
    const before = snapshotOf(domain({ domid: 0, channels: [channel({ port: 14 })] }));
    const closed = { kind: 'lost', text: 'dom0 port 14 was closed meanwhile: lost' };
    expect(arrivalOf(before, snapshotOf(domain({ domid: 0 })), END)).toEqual(closed);
    expect(arrivalOf(before, snapshotOf(), END)).toEqual(closed);
  });
});

describe('where an event goes', () => {
  const dom7 = domain({
    domid: 7,
    vcpus: 2,
    channels: [
      channel({ port: 1, state: 'virq', number: 0, vcpu: 0 }),
      channel({ port: 2, state: 'virq', number: 0, vcpu: 1 }),
      channel({ port: 3, state: 'ipi' }),
      channel({ port: 4, state: 'virq', number: 3, vcpu: 1 }),
      channel({ port: 8, state: 'unbound', peer: { domid: 0 } }),
      channel({ port: 9, peer: { domid: 0, port: 14 } }),
    ],
  });

  it('is the peer, or the port itself of an ipi', () => {
    expect(destination(dom7, 9)).toEqual({ domid: 0, port: 14 });
    expect(destination(dom7, 3)).toEqual({ domid: 7, port: 3 });
    for (const port of [1, 8, 99]) expect(destination(dom7, port)).toBeUndefined();
  });

  it('is the port that a VIRQ is bound to, on its vCPU if it is per vCPU', () => {
    expect(virqEnd(dom7, 0, 0)).toEqual({ domid: 7, port: 1 });
    expect(virqEnd(dom7, 0, 1)).toEqual({ domid: 7, port: 2 });
    expect(virqEnd(dom7, 3, 0)).toEqual({ domid: 7, port: 4 });
    expect(virqEnd(dom7, 1, 0)).toBeUndefined();
  });
});
