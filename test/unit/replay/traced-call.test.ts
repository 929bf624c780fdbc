import { describe, expect, it } from 'vitest';
import { TracedCalls } from '../../../src/replay/traced-call.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

type Type = TraceRecord['type'];
type Fields = Readonly<Record<string, unknown>>;

/** A record of domain 1 and, where it has one, file 2. */
function record<T extends Type>(type: T, fields: Fields = {}): TraceRecord {
  return { time: 0, domid: 1, file: 2, port: 5, type, ...fields } as unknown as TraceRecord;
}

const hypercall = (op: string, args: Fields, result = 0): TraceRecord =>
  record('hypercall', { op: `EVTCHNOP_${op}`, args, result });
const ioctl = (command: string, args: Fields, result = 0): TraceRecord =>
  record('ioctl', { command: `IOCTL_EVTCHN_${command}`, args, result });

/** The own records of the calls of a trace, one after the other, each of which ends with its own record. */
function ownRecords(...records: readonly TraceRecord[]): number[] {
  const calls = new TracedCalls(records, (sent, domid, port) => {
    return sent.args.port === 4 && domid === 1 && port === 5;
  });
  const own: number[] = [];
  for (let at = 0; at < records.length; at = own.at(-1)! + 1) own.push(calls.ownRecord(at));
  return own;
}

const CLOSE = hypercall('close', { port: 5 });
const SEND = hypercall('send', { port: 4 });
const PENDING = record('set-pending');
const NOTIFY = ioctl('NOTIFY', { port: 4 });
const ALLOC = hypercall('alloc_unbound', { dom: 0x7ff0, remote_dom: 3 }, 5);
const BIND_UNBOUND = ioctl('BIND_UNBOUND_PORT', { remote_domain: 0x10003 }, 5);
const DELIVERY = [record('upcall'), record('interrupt')] as const;

describe('the own record of a call', () => {
  it.each(['domain-create', 'open', 'release', 'read', 'write', 'virq', 'upcall'] as const)(
    'of type %s stands first',
    (type) => expect(ownRecords(record(type))).toEqual([0]),
  );

  it('is a send, or the notify that made it', () => {
    expect(ownRecords(PENDING, SEND, ...DELIVERY, NOTIFY)).toEqual([4]);
    expect(ownRecords(SEND, NOTIFY)).toEqual([1]);
    expect(ownRecords(PENDING, SEND, PENDING, SEND, NOTIFY)).toEqual([1, 4]);
    expect(ownRecords(SEND, ioctl('NOTIFY', { port: 4 }, -107))).toEqual([0, 1]);
    expect(ownRecords(SEND, ioctl('NOTIFY', { port: 6 }))).toEqual([0, 1]);
    expect(ownRecords(SEND)).toEqual([0]);
  });

  it('is an event by itself if no send leads there', () => {
    const other = hypercall('send', { port: 6 });
    expect(ownRecords(PENDING, other)).toEqual([0, 1]);
    expect(ownRecords(PENDING, PENDING, SEND)).toEqual([0, 2]);
    expect(ownRecords(PENDING, hypercall('send', { port: 4 }, -22))).toEqual([0, 1]);
    expect(ownRecords(PENDING, CLOSE)).toEqual([0, 1]);
  });

  it('is a bind, or the ioctl that made it', () => {
    const opened = record('channel-open', { state: 'unbound' });
    const bound = record('bind');
    expect(ownRecords(opened, ALLOC, bound, BIND_UNBOUND)).toEqual([3]);
    expect(ownRecords(opened, ALLOC, ...DELIVERY, bound, SEND, BIND_UNBOUND)).toEqual([6]);
    expect(ownRecords(opened, ALLOC, record('read'))).toEqual([1, 2]);
    expect(ownRecords(opened, ALLOC)).toEqual([1]);
    // A static port may be the one that was made just before.
    expect(ownRecords(opened, ALLOC, bound, ioctl('BIND_STATIC', { port: 5 }))).toEqual([1, 3]);
    const interdomain = hypercall('bind_interdomain', { remote_dom: 3, remote_port: 9 }, 5);
    const bind = ioctl('BIND_INTERDOMAIN', { remote_domain: 3, remote_port: 9 }, 5);
    expect(ownRecords(opened, PENDING, interdomain, bound, bind)).toEqual([4]);
    const virq = hypercall('bind_virq', { virq: 3, vcpu: 0 }, 5);
    expect(ownRecords(opened, virq, bound, ioctl('BIND_VIRQ', { virq: 3 }, 5))).toEqual([3]);
  });

  it('is an ioctl that is refused as its hypercall was, or gives the port back', () => {
    const refused = hypercall('bind_interdomain', { remote_dom: 3, remote_port: 9 }, -22);
    const asks = (remote_port: number, result: number) =>
      ioctl('BIND_INTERDOMAIN', { remote_domain: 3, remote_port }, result);
    expect(ownRecords(refused, asks(9, -22))).toEqual([1]);
    expect(ownRecords(refused, asks(8, -22))).toEqual([0, 1]);
    expect(ownRecords(refused, asks(9, -13))).toEqual([0, 1]);
    expect(ownRecords(refused, record('read'))).toEqual([0, 1]);
    const taken = hypercall('bind_virq', { virq: 3, vcpu: 0 }, -17);
    expect(ownRecords(taken, ioctl('BIND_VIRQ', { virq: 3 }, -17))).toEqual([1]);
    const fails = ioctl('BIND_UNBOUND_PORT', { remote_domain: 3 }, -12);
    expect(ownRecords(ALLOC, fails)).toEqual([1]);
    expect(ownRecords(ALLOC, record('channel-close'), CLOSE, fails)).toEqual([3]);
    expect(ownRecords(ALLOC, hypercall('close', { port: 6 }))).toEqual([0, 1]);
  });

  it('is a close, or the unbind or release that made it', () => {
    const closed = record('channel-close');
    const unbound = record('unbind');
    expect(ownRecords(closed, CLOSE)).toEqual([1]);
    expect(ownRecords(closed, CLOSE, unbound, ioctl('UNBIND', { port: 5 }))).toEqual([3]);
    expect(ownRecords(closed, CLOSE, unbound, closed, CLOSE, unbound, record('release'))).toEqual([
      6,
    ]);
    expect(ownRecords(closed, CLOSE, CLOSE, unbound, record('release'))).toEqual([1, 4]);
    expect(ownRecords(unbound, unbound, record('release'))).toEqual([2]);
    expect(ownRecords(closed, closed, hypercall('reset', { dom: 1 }))).toEqual([2]);
    expect(ownRecords(closed, closed, record('domain-destroy'))).toEqual([2]);
  });

  it('is a write behind what it enabled, a reset behind what it threw away', () => {
    const eoi = record('eoi');
    expect(
      ownRecords(eoi, hypercall('unmask', { port: 5 }), ...DELIVERY, eoi, record('write')),
    ).toEqual([5]);
    expect(ownRecords(record('ring-reset'), ioctl('RESET', {}))).toEqual([1]);
    expect(ownRecords(record('bind'), ioctl('BIND_STATIC', { port: 5 }))).toEqual([1]);
  });

  it.each<[string, TraceRecord[]]>([
    ['a write', [record('eoi')]],
    ['a reset', [record('ring-reset')]],
    ['a bind', [record('channel-open'), ALLOC, record('bind')]],
    ['a port', [record('channel-open')]],
    ['a close', [record('channel-close')]],
    ['a release', [CLOSE, record('unbind')]],
  ])('is not there where the trace ends in %s', (_, records) => {
    expect(ownRecords(...records)).toEqual([records.length]);
  });
});

describe('what is no call', () => {
  it.each<[string, TraceRecord[], string]>([
    [
      'an interrupt that nothing has caused',
      [record('interrupt')],
      "cannot replay record 1: nothing in the trace has caused this 'interrupt'",
    ],
    ['a late EOI that nothing has', [record('deferred-eoi')], "caused this 'deferred-eoi'"],
    [
      'a port that nothing has closed',
      [record('channel-close'), record('read')],
      'nothing in the trace has closed this port',
    ],
    [
      'a port that nothing has opened',
      [record('channel-open'), record('read')],
      'nothing in the trace has opened this port',
    ],
    [
      'a call in the middle of another',
      [record('eoi'), record('read'), record('write')],
      "cannot replay record 2: this 'read' is in the middle of the call that record 1, 'eoi', is of: calls made inside others, as by a handler of SIGIO, cannot be replayed",
    ],
    [
      'a write of another file in the middle of one',
      [record('eoi'), record('write', { file: 3 })],
      'in the middle',
    ],
    [
      'a record of a later version',
      [record('reverie' as Type)],
      "cannot replay record 1: this version of xen-evtchn does not know records of type 'reverie'",
    ],
  ])('is refused: %s', (_, records, message) => {
    expect(() => ownRecords(...records)).toThrow(message);
  });
});
