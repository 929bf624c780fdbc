import { describe, expect, it } from 'vitest';
import { XenHost } from '../../../src/host/xen-host.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { TraceFilter, type TraceSelection } from '../../../src/trace-formats/trace-filter.js';
import { channel, domain, snapshotOf } from '../snapshot/snapshot-fixture.js';

/** What happens on a host with two channels, of domains 7 and 8 to domain 0, each with a file of its own. */
function twoChannels(): TraceRecord[] {
  const records: TraceRecord[] = [];
  const host = new XenHost({ trace: { record: (record) => records.push(record) } });
  const [dom0, ...fronts] = [0, 7, 8].map((domid) => host.createDomain({ domid }));
  const handles: { close(): void }[] = [];
  for (const [index, front] of fronts.entries()) {
    const back = dom0!.openEvtchn({ comm: `back${index}` });
    const handle = front.openEvtchn({ comm: `front${index}` });
    const port = back.bindUnboundPort(front.domid);
    const local = handle.bindInterdomain(0, port);
    handle.unmask(local);
    handle.notify(local);
    back.tryPending();
    back.unmask(port);
    handles.push(back, handle);
  }
  for (const handle of handles) handle.close();
  return records;
}

/** The records that a selection leaves. */
function selected(
  records: readonly TraceRecord[],
  selection: Partial<TraceSelection>,
): TraceRecord[] {
  const filter = new TraceFilter({ domains: [], ports: [], processes: [], ...selection });
  filter.begin(snapshotOf());
  return records.filter((record) => filter.wants(record));
}

/** A record in a word: `dom0 read 14`. */
function word(record: TraceRecord): string {
  const { type, domid } = record;
  const port = 'port' in record ? record.port : 'args' in record ? record.args.port : undefined;
  const ports = type === 'read' ? record.ports : port === undefined ? [] : [port];
  const name = type === 'ioctl' ? record.command : type === 'hypercall' ? record.op : type;
  return [`dom${domid}`, name, ...ports].join(' ');
}

const records = twoChannels();
/** The first channel, between its making and its end. */
const FIRST_EVENT = [
  'dom0 set-pending 14',
  'dom7 EVTCHNOP_send 9',
  'dom0 interrupt 14',
  'dom7 IOCTL_EVTCHN_NOTIFY 9',
  'dom0 read 14',
  'dom0 eoi 14',
];

describe('TraceFilter', () => {
  it('leaves everything if nothing is selected', () => {
    expect(selected(records, {})).toEqual(records);
  });

  it.each([
    ['a domain', { domains: [7] }],
    ['a port and its domain', { domains: [7], ports: [9] }],
    ['the other end', { domains: [0], ports: [14] }],
    ['a process', { processes: ['front0'] }],
    ['the other process', { processes: ['back0'] }],
  ])('leaves whole events of %s: both ends', (_, selection) => {
    const words = selected(records, selection).map(word);
    expect(words).toEqual(expect.arrayContaining(FIRST_EVENT));
    const others = words.filter((each) => each.startsWith('dom8'));
    expect(others).toEqual(['dom8 open', 'dom8 release']);
  });

  it('leaves of processes that have no part in it who they are', () => {
    const left = selected(records, { processes: ['nobody'] });
    expect(new Set(left.map(({ type }) => type))).toEqual(new Set(['open', 'release']));
    const names = left.filter((record) => record.type === 'open').map(({ name }) => name);
    expect(names).toEqual(['back0', 'front0', 'back1', 'front1']);
  });

  it('follows a channel to its end, and not beyond', () => {
    const words = selected(records, { domains: [0], ports: [14] }).map(word);
    const closes = words.filter((each) => each.includes('channel-close'));
    expect(closes).toContain('dom0 channel-close 14');
    expect(closes).toContain('dom7 channel-close 9');
  });

  it('knows from a snapshot who is connected, and who holds what', () => {
    const event: TraceRecord[] = [
      {
        time: 1,
        type: 'set-pending',
        domid: 0,
        port: 14,
        vcpu: 0,
        coalesced: false,
        masked: false,
      },
      {
        time: 1,
        type: 'set-pending',
        domid: 0,
        port: 15,
        vcpu: 0,
        coalesced: false,
        masked: false,
      },
    ];
    const wanted = (selection: Partial<TraceSelection>): number[] => {
      const filter = new TraceFilter({ domains: [], ports: [], processes: [], ...selection });
      filter.begin(
        snapshotOf(
          domain({
            domid: 0,
            files: [{ file: 1, pid: 812, comm: 'back' }],
            channels: [channel({ port: 14, peer: { domid: 7, port: 9 }, file: 1 })],
          }),
        ),
      );
      return event
        .filter((record) => filter.wants(record))
        .map((record) => (record as { port: number }).port);
    };
    expect(wanted({ domains: [7] })).toEqual([14]);
    expect(wanted({ processes: ['812'] })).toEqual([14]);
    expect(wanted({ processes: ['back'] })).toEqual([14]);
    expect(wanted({ processes: ['812'], domains: [3] })).toEqual([]);
    expect(wanted({ ports: [9] })).toEqual([14]);
    expect(wanted({ ports: [15] })).toEqual([15]);
  });

  it('leaves what is about a domain when the domain is selected', () => {
    const create: TraceRecord = { time: 0, type: 'domain-create', domid: 7 };
    expect(selected([create], { domains: [7] })).toEqual([create]);
    expect(selected([create], { domains: [8] })).toEqual([]);
    expect(selected([create], { domains: [7], ports: [9] })).toEqual([]);
  });

  it('counts EVTCHNOP_status of another domain to that domain', () => {
    const status = (dom: number): TraceRecord => ({
      time: 0,
      type: 'hypercall',
      domid: 0,
      op: 'EVTCHNOP_status',
      args: { dom, port: 9 },
      result: 0,
    });
    expect(selected([status(7), status(0x7ff0)], { domains: [7] })).toEqual([status(7)]);
    expect(selected([status(7), status(0x7ff0)], { domains: [0] })).toEqual([status(0x7ff0)]);
  });
});
