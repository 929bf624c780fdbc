import { describe, expect, it } from 'vitest';
import { LifeCycleChecker, type LifeCycleOptions } from '../../../src/life-cycle/life-cycle.js';
import {
  LIFE_CYCLE_RULES,
  type LifeCycleRule,
  type LifeCycleViolation,
} from '../../../src/life-cycle/life-cycle-violation.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { lifeScene } from './life-scene.js';

type Type = TraceRecord['type'];
type Of<T extends Type> = Extract<TraceRecord, { type: T }>;

function violations(
  records: readonly TraceRecord[],
  options?: LifeCycleOptions,
): LifeCycleViolation[] {
  const found: LifeCycleViolation[] = [];
  const checker = new LifeCycleChecker((violation) => found.push(violation), options);
  for (const record of records) checker.take(record);
  checker.end();
  return found;
}

const SCENE = lifeScene();

/** Where the nth record is that something is true of. */
function place<T extends Type>(type: T, which: (record: Of<T>) => boolean = () => true, nth = 0) {
  let left = nth;
  for (const [index, record] of SCENE.entries()) {
    if (record.type === type && which(record as Of<T>) && left-- === 0) return index;
  }
  throw new Error(`there is no such ${type}`);
}

function without(...indexes: number[]): TraceRecord[] {
  return SCENE.filter((_, index) => !indexes.includes(index));
}

function twice(index: number): TraceRecord[] {
  return [...SCENE.slice(0, index + 1), ...SCENE.slice(index)];
}

function swapped(index: number): TraceRecord[] {
  return [...SCENE.slice(0, index), SCENE[index + 1]!, SCENE[index]!, ...SCENE.slice(index + 2)];
}

function changed<T extends Type>(
  type: T,
  change: Partial<Of<T>>,
  which?: (record: Of<T>) => boolean,
  nth?: number,
): TraceRecord[] {
  const index = place(type, which, nth);
  return SCENE.map((record, at) => (at === index ? { ...record, ...change } : record));
}

const isSend = ({ op, result }: Of<'hypercall'>) => op === 'EVTCHNOP_send' && result === 0;
const isSendToNobody = (record: Of<'hypercall'>) =>
  isSend(record) && SCENE[SCENE.indexOf(record) - 1]?.type !== 'set-pending';
const isNotify = ({ command, result }: Of<'ioctl'>) =>
  command === 'IOCTL_EVTCHN_NOTIFY' && result === 0;
const isOp = (name: string) => (record: Of<'hypercall'>) =>
  record.op === `EVTCHNOP_${name}` && record.result >= 0;

/** The port of a physical interrupt. */
const PIRQ = (SCENE[place('channel-open', ({ state }) => state === 'pirq')] as Of<'channel-open'>)
  .port;

/** A record of a fault in front of another record. */
function faultBefore(index: number, fault: Of<'fault'>['fault'], port: number): TraceRecord[] {
  const { time, domid } = SCENE[index]!;
  const record = {
    time,
    type: 'fault',
    domid,
    number: 4711,
    fault,
    file: 0,
    port,
    value: 0,
  } as const;
  return [...SCENE.slice(0, index), record, ...SCENE.slice(index)];
}

/** What is planted, and the rule that it breaks first. */
const PLANTED: readonly [string, LifeCycleRule, () => TraceRecord[]][] = [
  [
    'a record that is too early',
    'time-backwards',
    () => changed('read', { time: 1 }, undefined, 3),
  ],
  [
    'a fault that is to make an event, and none is made',
    'fault-wrong',
    () => faultBefore(place('read'), 'spurious', 3),
  ],
  [
    'a fault that holds an event back where none is due',
    'fault-wrong',
    () => faultBefore(place('read'), 'delay', 3),
  ],
  ['a record at no time', 'time-backwards', () => changed('write', { time: Number.NaN })],
  ['a domain created twice', 'domain-twice', () => twice(place('domain-create'))],
  ['a domain never created', 'domain-unknown', () => without(place('domain-create'))],
  ['a domain destroyed twice', 'domain-unknown', () => twice(place('domain-destroy'))],
  [
    'an upcall of a domain that is gone',
    'domain-unknown',
    () => [...SCENE, { time: 9999, type: 'upcall', domid: 7, vcpu: 0 }],
  ],
  [
    'a domain destroyed with a channel that nobody closed',
    'domain-with-channels',
    () => without(place('domain-destroy') - 1),
  ],
  [
    'a domain that counts its channels wrong',
    'domain-with-channels',
    () => changed('domain-destroy', { closed: 77 }),
  ],
  ['a port opened twice', 'port-twice', () => twice(place('channel-open'))],
  ['a port closed twice', 'port-closed', () => twice(place('channel-close'))],
  [
    'a port never opened',
    'port-closed',
    () =>
      without(
        place('channel-open', ({ state }) => state === 'pirq'),
        place('hypercall', isOp('bind_pirq')),
      ),
  ],
  [
    'an event of a port that is not open',
    'port-closed',
    () => changed('set-pending', { port: 55 }),
  ],
  [
    'a send on a port that is not open',
    'port-closed',
    () =>
      changed(
        'hypercall',
        { args: { port: 999 }, result: 0 },
        ({ op, result }) => op === 'EVTCHNOP_send' && result < 0,
      ),
  ],
  [
    'a connection to a port that waits for nobody',
    'peer-wrong',
    () => changed('channel-open', { remotePort: 2 }, ({ state }) => state === 'interdomain'),
  ],
  [
    'a connection to a port that waits for another domain',
    'peer-wrong',
    () => changed('channel-open', { remote: 5 }),
  ],
  [
    'a channel closed with another peer',
    'peer-wrong',
    () =>
      changed('channel-close', { peer: { domid: 0, port: 3 } }, ({ peer }) => peer !== undefined),
  ],
  [
    'a channel closed without the peer it has',
    'peer-wrong',
    () => changed('channel-close', { peer: undefined }, ({ peer }) => peer !== undefined),
  ],
  ['a virtual interrupt at another port', 'virq-wrong', () => changed('virq', { port: 1 })],
  ['a bound virtual interrupt that is lost', 'virq-wrong', () => changed('virq', { port: 0 })],
  ['a virtual interrupt without its event', 'virq-wrong', () => without(place('virq') + 1)],
  [
    'a bind that gives another port',
    'hypercall-result',
    () => changed('hypercall', { result: 44 }, isOp('bind_virq')),
  ],
  [
    'a bind that is refused and gave a port',
    'hypercall-result',
    () => changed('hypercall', { result: -22 }, isOp('alloc_unbound')),
  ],
  [
    'a close that is refused and closed',
    'hypercall-result',
    () => changed('hypercall', { result: -22 }, isOp('close')),
  ],
  [
    'a close that says it closed, and did not',
    'hypercall-result',
    () => without(place('channel-close')),
  ],
  [
    'a send that is refused on a port to send on',
    'hypercall-result',
    () => changed('hypercall', { result: -22 }, isSendToNobody),
  ],
  ['a send whose event does not come', 'send-lost', () => without(place('hypercall', isSend) - 1)],
  ['a send told twice', 'send-lost', () => twice(place('hypercall', isSend))],
  [
    'a send of another event',
    'cause-missing',
    () => changed('hypercall', { args: { port: 2 } }, isSend),
  ],
  ['an event that nobody sent', 'cause-missing', () => without(place('hypercall', isSend))],
  ['a virtual interrupt that nobody raised', 'cause-missing', () => without(place('virq'))],
  ['an event told behind its send', 'send-lost', () => swapped(place('hypercall', isSend) - 1)],
  [
    'a merge where nothing is pending',
    'merged-wrong',
    () => changed('set-pending', { coalesced: true }, ({ domid }) => domid === 0),
  ],
  [
    'a merge that is not told',
    'merged-wrong',
    () => changed('set-pending', { coalesced: false }, ({ coalesced }) => coalesced),
  ],
  [
    'a mask that is not there',
    'masked-wrong',
    () => changed('set-pending', { masked: true }, ({ domid, masked }) => domid === 0 && !masked),
  ],
  [
    'a mask that is not told',
    'masked-wrong',
    () => changed('set-pending', { masked: false }, ({ domid, masked }) => domid === 0 && masked),
  ],
  [
    'a port that opens and is not written back',
    'masked-wrong',
    () => without(place('eoi', ({ domid }) => domid === 0, 10)),
  ],
  ['an EOI that is put off, untold', 'masked-wrong', () => without(place('deferred-eoi'))],
  [
    'an event for another vCPU',
    'vcpu-wrong',
    () => changed('set-pending', { vcpu: 1 }, ({ domid }) => domid === 7, 2),
  ],
  ['an upcall that nothing caused', 'upcall-wrong', () => changed('upcall', { vcpu: 1 })],
  [
    'a handler that runs outside an upcall',
    'interrupt-outside-upcall',
    () => without(place('upcall', ({ domid }) => domid === 0)),
  ],
  [
    'an event that nobody made pending',
    'interrupt-without-pending',
    () => without(place('set-pending'), place('set-pending') + 1),
  ],
  ['an event handled twice', 'interrupt-without-pending', () => twice(place('interrupt'))],
  ['an overflow told twice', 'interrupt-without-pending', () => twice(place('overflow'))],
  [
    'an event handled while the last one is not done with',
    'interrupt-while-masked',
    () => without(place('eoi', ({ domid }) => domid === 0)),
  ],
  [
    'an event that the upcall passes over',
    'event-lost',
    () => without(place('interrupt', ({ domid }) => domid === 0)),
  ],
  ['an upcall told twice', 'event-lost', () => twice(place('upcall', ({ domid }) => domid === 0))],
  ['an upcall told twice that had nothing more', 'upcall-wrong', () => twice(place('upcall'))],
  ['a ring that holds more than it can', 'ring-wrong', () => changed('interrupt', { queued: 3 })],
  ['a first event that wakes nobody', 'ring-wrong', () => changed('interrupt', { woke: false })],
  ['a reset that throws more away', 'ring-wrong', () => changed('ring-reset', { dropped: 9 })],
  [
    'a reset that clears no overflow',
    'ring-wrong',
    () => changed('ring-reset', { overflowed: false }, ({ overflowed }) => overflowed),
  ],
  ['an event that goes nowhere', 'event-lost', () => without(place('overflow'))],
  [
    'an overflow with room left',
    'overflow-wrong',
    () => {
      const index = place('interrupt');
      const { time, domid, file, port } = SCENE[index] as Of<'interrupt'>;
      return SCENE.map((record, at) =>
        at === index ? { time, domid, file, port, type: 'overflow' } : record,
      );
    },
  ],
  [
    'a read behind an overflow',
    'overflow-wrong',
    () => changed('read', { ports: [1], result: 4 }, ({ result }) => result === -27),
  ],
  [
    'a read that fails without an overflow',
    'overflow-wrong',
    () => changed('read', { ports: [], result: -27 }),
  ],
  ['a read of another port', 'read-wrong', () => changed('read', { ports: [2, 1] })],
  ['a read of what was read', 'read-wrong', () => twice(place('read'))],
  ['a read that gives nothing', 'read-wrong', () => changed('read', { ports: [], result: -11 })],
  ['a read with too few bytes', 'read-wrong', () => changed('read', { result: 4 })],
  ['a write with too few bytes', 'write-wrong', () => changed('write', { result: 4 })],
  ['a write that fails and enables', 'write-wrong', () => changed('write', { result: -14 })],
  ['a port enabled twice', 'eoi-while-enabled', () => twice(place('eoi'))],
  [
    'a port enabled by another file',
    'eoi-while-enabled',
    () => changed('eoi', { file: 1, domid: 0 }, ({ domid }) => domid === 7),
  ],
  [
    'a port that opens, and its event stays where it is',
    'unmask-missing',
    () => without(place('hypercall', ({ op, domid }) => op === 'EVTCHNOP_unmask' && domid === 0)),
  ],
  ['an EOI put off twice', 'deferral-wrong', () => twice(place('deferred-eoi'))],
  ['an EOI put off that nobody wrote', 'deferral-wrong', () => without(place('deferred-eoi') - 1)],
  [
    'an EOI that was put off and is never done',
    'deferral-wrong',
    () => without(place('deferred-eoi-end')),
  ],
  [
    'an EOI done that was not put off',
    'deferral-wrong',
    () => changed('deferred-eoi-end', { port: 2 }),
  ],
  ['a port bound twice', 'bind-wrong', () => twice(place('bind'))],
  ['a port unbound twice', 'bind-wrong', () => twice(place('unbind'))],
  [
    'an event for a file that does not hold the port',
    'bind-wrong',
    () => changed('interrupt', { file: 1 }),
  ],
  ['a file opened twice', 'file-twice', () => twice(place('open'))],
  ['a file never opened', 'file-unknown', () => without(place('open'))],
  ['a file released twice', 'file-unknown', () => twice(place('release'))],
  [
    'a read of a released file',
    'file-unknown',
    () =>
      swapped(place('release')).concat({
        time: 9999,
        type: 'read',
        domid: 0,
        file: 1,
        ports: [],
        result: -11,
      }),
  ],
  ['a file of another domain', 'file-unknown', () => changed('read', { domid: 0 })],
  [
    'a call that fails as if the domain were gone',
    'file-unknown',
    () => changed('read', { ports: [], result: -19 }),
  ],
  [
    'a file released with its ports',
    'release-with-ports',
    () => without(place('unbind', ({ domid }) => domid === 0, 1)),
  ],
  [
    'a notify on a port that is not its own',
    'ioctl-wrong',
    () => changed('ioctl', { args: { port: 900 } }, isNotify),
  ],
  ['a notify that sent nothing', 'ioctl-wrong', () => twice(place('ioctl', isNotify))],
  [
    'a notify that is refused on a port of its own',
    'ioctl-wrong',
    () => changed('ioctl', { result: -107 }, isNotify),
  ],
  [
    'a bind that gives a port that is not its own',
    'ioctl-wrong',
    () => changed('ioctl', { result: 900 }),
  ],
  ['a reset that empties nothing', 'ioctl-wrong', () => without(place('ring-reset'))],
  [
    'an unbind that unbinds another port',
    'ioctl-wrong',
    () =>
      changed(
        'ioctl',
        { args: { port: 900 } },
        ({ command, result }) => command === 'IOCTL_EVTCHN_UNBIND' && result === 0,
      ),
  ],
];

describe('LifeCycleChecker', () => {
  it.each(['fifo', 'two-level'] as const)(
    'accepts a trace of everything there is, with %s',
    (abi) => {
      const records = lifeScene(abi);
      expect(violations(records)).toEqual([]);
      const types = new Set(records.map(({ type }) => type));
      expect(types.size).toBe(21);
    },
  );

  it('accepts nothing at all', () => {
    expect(violations([])).toEqual([]);
  });

  it.each(PLANTED)('finds %s: %s', (_what, rule, plant) => {
    const planted = plant();
    const [first] = violations(planted);
    expect(first?.rule).toBe(rule);
    // It shows at once or with what the change makes impossible, and nothing before it is blamed.
    const from = planted.findIndex((record, index) => record !== SCENE[index]);
    expect(first!.index).toBeGreaterThanOrEqual(Math.max(0, from - 2));
    expect(first!.index).toBeLessThanOrEqual(planted.length);
    expect(first!.sentence).not.toBe('');
  });

  it('has something planted for each of its rules', () => {
    const covered = new Set(PLANTED.map(([, rule]) => rule));
    expect([...covered].sort()).toEqual(Object.keys(LIFE_CYCLE_RULES).sort());
  });

  it.each<Type>([
    'domain-create',
    'open',
    'channel-open',
    'channel-close',
    'bind',
    'unbind',
    'overflow',
    'ring-reset',
    'deferred-eoi',
    'deferred-eoi-end',
  ])('misses every %s that is taken out, wherever it is', (type) => {
    for (const [index, record] of SCENE.entries()) {
      if (record.type !== type) continue;
      expect(violations(without(index)), `without record ${index}`).not.toEqual([]);
    }
  });

  it.each<Type>([
    'domain-create',
    'domain-destroy',
    'open',
    'release',
    'channel-open',
    'channel-close',
    'bind',
    'unbind',
    'set-pending',
    'upcall',
    'interrupt',
    'overflow',
    'eoi',
    'ring-reset',
    'deferred-eoi',
    'deferred-eoi-end',
  ])('finds every %s that is told twice, wherever it is', (type) => {
    for (const [index, record] of SCENE.entries()) {
      // Of a physical interrupt nothing tells what made it, nor what took it.
      if (record.type === 'set-pending' && record.port === PIRQ) continue;
      // Ten of a kind show it as well as a thousand.
      if (record.type !== type || (index > 200 && index % 16 !== 0)) continue;
      expect(violations(twice(index)), `record ${index} twice`).not.toEqual([]);
    }
  });

  it('goes on behind a violation, and reports it once', () => {
    const found = violations(changed('interrupt', { queued: 3 }));
    expect(found).toEqual([
      {
        rule: 'ring-wrong',
        index: place('interrupt'),
        sentence: 'file 2 is told to have 3 events, its first; it has 1, and room for 64',
      },
    ]);
  });

  it('does not ask for the cause of events where they may be made by hand', () => {
    const index = place('hypercall', isSend);
    const byHand = without(index, place('ioctl', isNotify));
    expect(violations(byHand).map(({ rule }) => rule)).toEqual(['cause-missing']);
    expect(violations(byHand, { byHand: true })).toEqual([]);
  });
});
