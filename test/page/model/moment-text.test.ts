import { expect, it } from 'vitest';
import type { EventPath, PathStep } from 'xen-evtchn/embedded';
import { Lifelines } from '../../../page/src/model/lifelines.js';
import type { Moment } from '../../../page/src/model/moment.js';
import { causeText, fileName, gapText, momentText } from '../../../page/src/model/moment-text.js';
import { domain, file, host } from '../host-fixture.js';

const lifelines = new Lifelines();
lifelines.replace(
  host(0, [
    domain(0, [], { files: [file(1, { process: { pid: 42, comm: 'back' } })] }),
    domain(7, [], { files: [file(2, { process: { pid: 0, comm: 'front' } })] }),
  ]),
  0,
);

const step = (kind: PathStep['kind'], masked?: boolean): PathStep => ({ time: 0, kind, masked });

/** A moment of port 14 of domain 0, held by open file 1. */
function moment(kind: Moment['kind'], known: Partial<Moment> = {}): Moment {
  return { seq: 0, time: 0, kind, domid: 0, port: 14, file: 1, steps: [], ...known };
}

/** The path of an event of that cause. */
function trail(cause: EventPath['cause']): Moment['trail'] {
  const path = {
    id: 1,
    domid: 0,
    port: 14,
    cause,
    file: 1,
    merged: 0,
    state: 'pending',
    steps: [],
  };
  return { path: path as EventPath, moments: [] };
}

const peer = { domid: 7, port: 9, file: 2 };

it.each<[Moment, string]>([
  [
    moment('pending', { peer, steps: [step('pending'), step('queued')] }),
    'sent from domain 7 port 9 (front) to domain 0 port 14: queued for back 42',
  ],
  [
    moment('pending', { peer, steps: [step('pending'), step('overflow')] }),
    'sent from domain 7 port 9 (front) to domain 0 port 14: overflow, ring of back 42 is full',
  ],
  [
    moment('pending', { trail: trail('virq'), number: 1, steps: [step('pending', true)] }),
    'VIRQ 1 to domain 0 port 14: pending, the port is masked',
  ],
  [moment('pending', { steps: [step('pending')] }), 'event to domain 0 port 14: pending'],
  [
    moment('merged', { peer, steps: [step('merged')] }),
    'sent from domain 7 port 9 (front) to domain 0 port 14: merged into the pending event',
  ],
  [moment('queued'), 'domain 0 port 14: queued for back 42'],
  [moment('overflow'), 'domain 0 port 14: overflow, ring of back 42 is full'],
  [moment('read'), 'domain 0 port 14: read by back 42'],
  [
    moment('enabled', { steps: [step('enabled'), step('unmasked')] }),
    'domain 0 port 14: enabled and unmasked by back 42',
  ],
  [moment('deferred'), 'domain 0 port 14: deferred, the late EOI waits'],
  [moment('unmasked'), 'domain 0 port 14: unmasked'],
  [moment('dropped'), 'domain 0 port 14: dropped by a reset of back 42, unread'],
  [moment('closed'), 'domain 0 port 14: port closed with an event on its way'],
  [moment('handled'), 'domain 0 port 14: handled by the kernel'],
  [moment('domain-create'), 'domain 0 created'],
  [moment('domain-destroy'), 'domain 0 destroyed'],
  [moment('open'), 'domain 0: device opened by back 42'],
  [moment('release'), 'domain 0: device released by back 42'],
  [moment('bind'), 'domain 0 port 14: bound by back 42'],
  [moment('bind', { peer }), 'domain 0 port 14: bound by back 42 to domain 7 port 9 (front)'],
  [moment('channel-close'), 'domain 0 port 14: closed'],
  [
    moment('channel-close', { peer }),
    'domain 0 port 14: closed, peer domain 7 port 9 (front) is alone',
  ],
  [moment('channel-close', { count: 3 }), 'domain 0: 3 ports closed'],
  [moment('virq-lost', { number: 2 }), 'domain 0: VIRQ 2 lost, nobody bound it'],
  [moment('ring-reset', { count: 1 }), 'domain 0: reset by back 42, 1 unread event dropped'],
  [moment('missing', { count: 5 }), '5 records missing here'],
])('says of moment %#: %s', (of, text) => {
  expect(momentText(of, lifelines)).toBe(text);
});

it('names what made an event that nobody sent', () => {
  const cause = (of: EventPath['cause'], number?: number) =>
    causeText(moment('pending', { trail: trail(of), number }));
  expect(cause('send')).toBeUndefined();
  expect(cause('virq')).toBe('VIRQ');
  expect(cause('bind')).toBe('bind');
  expect(cause('unknown')).toBe('from before');
  expect(cause('other')).toBe('interrupt');
  expect(cause('other', 8)).toBe('pirq 8');
});

it('names a file by its number where nothing else is known', () => {
  expect(fileName(lifelines, 3, 5)).toBe('file 5');
  expect(gapText(1500)).toMatch(/ without an event$/);
});
