import { describe, expect, it } from 'vitest';
import { RecordProbe } from '../../../src/trace/record-probe.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { TextFormat } from '../../../src/trace-formats/text-format.js';
import { FollowedHost } from '../event-paths/followed-host.js';
import { callEach } from '../trace/every-call.js';

const format = () => new TextFormat({ formatTime: (time) => time.toFixed(3) });

function text(records: readonly TraceRecord[], dropped = 0): string {
  return format().batch({ records, dropped });
}

function scene() {
  const followed = new FollowedHost();
  const { host, clock, records } = followed;
  const back = host.createDomain({ domid: 0, kernelChannels: false });
  const front = host.createDomain({ domid: 7, kernelChannels: false });
  const backEnd = back.openEvtchn({ comm: 'back' });
  const frontEnd = front.openEvtchn({ comm: 'front' });
  const port = backEnd.bindUnboundPort(7);
  const local = frontEnd.bindInterdomain(0, port);
  frontEnd.tryPending();
  frontEnd.unmask(local);
  clock.advance(10);
  return { host, clock, records, back, front, backEnd, frontEnd, port, local };
}

describe('TextFormat', () => {
  it('writes the life of a channel and its events, a line a record, in columns', () => {
    const { host, records, backEnd, frontEnd, port, local } = scene();
    frontEnd.notify(local);
    backEnd.tryPending();
    backEnd.tryPending();
    frontEnd.notify(local);
    frontEnd.notify(local);
    backEnd.unmask(port);
    backEnd.reset();
    frontEnd.unbind(local);
    expect(() => frontEnd.notify(local)).toThrow();
    host.domain(7)?.destroy();
    expect(text(records)).toBe(
      `\
0.000 dom0  xen          -- domain created
0.000 dom0  guest        EVTCHNOP_init_control({control_gfn=1, offset=0, vcpu=0}) = 0
0.000 dom7  xen          -- domain created
0.000 dom7  guest        EVTCHNOP_init_control({control_gfn=1, offset=0, vcpu=0}) = 0
0.000 dom0  back         open("/dev/xen/evtchn") = file 1
0.000 dom7  front        open("/dev/xen/evtchn") = file 2
0.000 dom0  xen          -- port 1 opened: unbound, for 7
0.000 dom0  guest        EVTCHNOP_alloc_unbound({dom=DOMID_SELF, remote_dom=7}) = 1
0.000 dom0  back         -- port 1 bound to file 1
0.000 dom0  guest        EVTCHNOP_expand_array({array_gfn=2}) = 0
0.000 dom0  back         ioctl(IOCTL_EVTCHN_BIND_UNBOUND_PORT, {remote_domain=7}) = 1
0.000 dom7  xen          -- port 1 opened: interdomain 0:1
0.000 dom7  xen          -- port 1 <- its bind pending, masked
0.000 dom7  guest        EVTCHNOP_bind_interdomain({remote_dom=0, remote_port=1}) = 1
0.000 dom7  front        -- port 1 bound to file 2
0.000 dom7  guest        EVTCHNOP_expand_array({array_gfn=2}) = 0
0.000 dom7  guest        EVTCHNOP_unmask({port=1}) = 0
0.000 dom7  guest        -- upcall on vcpu 0
0.000 dom7  front        -- port 1 -> ring, 1 in it, readers woken
0.000 dom7  front        ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, {remote_domain=0, remote_port=1}) = 1
0.000 dom7  front        read({1}) = 4
0.000 dom7  front        -- port 1 enabled
0.000 dom7  front        write({1}) = 4
10.000 dom0  xen          -- port 1 <- dom7:1 pending
10.000 dom7  guest        EVTCHNOP_send({port=1}) = 0
10.000 dom0  guest        -- upcall on vcpu 0
10.000 dom0  back         -- port 1 -> ring, 1 in it, readers woken
10.000 dom7  front        ioctl(IOCTL_EVTCHN_NOTIFY, {port=1}) = 0
10.000 dom0  back         read({1}) = 4
10.000 dom0  back         read() = -1 EAGAIN (Resource temporarily unavailable)
10.000 dom0  xen          -- port 1 <- dom7:1 pending, masked
10.000 dom7  guest        EVTCHNOP_send({port=1}) = 0
10.000 dom7  front        ioctl(IOCTL_EVTCHN_NOTIFY, {port=1}) = 0
10.000 dom0  xen          -- port 1 <- dom7:1 pending (merged), masked
10.000 dom7  guest        EVTCHNOP_send({port=1}) = 0
10.000 dom7  front        ioctl(IOCTL_EVTCHN_NOTIFY, {port=1}) = 0
10.000 dom0  back         -- port 1 enabled
10.000 dom0  guest        EVTCHNOP_unmask({port=1}) = 0
10.000 dom0  guest        -- upcall on vcpu 0
10.000 dom0  back         -- port 1 -> ring, 1 in it, readers woken
10.000 dom0  back         write({1}) = 4
10.000 dom0  back         -- ring emptied, 1 unread thrown away
10.000 dom0  back         ioctl(IOCTL_EVTCHN_RESET) = 0
10.000 dom7  xen          -- port 1 closed, its peer dom0:1 has none any more
10.000 dom7  guest        EVTCHNOP_close({port=1}) = 0
10.000 dom7  front        -- port 1 unbound from file 2
10.000 dom7  front        ioctl(IOCTL_EVTCHN_UNBIND, {port=1}) = 0
10.000 dom7  front        ioctl(IOCTL_EVTCHN_NOTIFY, {port=1}) = -1 ENOTCONN (Transport endpoint is not connected)
10.000 dom7  xen          -- domain destroyed, 0 channels closed with it
10.000 dom7  front        close(file 2) = 0
`,
    );
  });

  it('has a line for every record there is', () => {
    const records: TraceRecord[] = [];
    callEach(new RecordProbe({ record: (record) => records.push(record) }, () => 1.5));
    const lines = text(records).trimEnd().split('\n');
    expect(lines).toHaveLength(records.length);
    expect(lines.map((line) => line.replace(/^1\.500 dom\d+ +\S+ +/, ''))).toEqual([
      '-- domain created',
      '-- domain destroyed, 3 channels closed with it',
      '-- port 5 opened: interdomain 6:7',
      '-- port 9 closed, its peer dom10:11 has none any more',
      'EVTCHNOP_bind_interdomain({remote_dom=13, remote_port=14}) = 16',
      '-- VIRQ_ARCH_2 on vcpu 19 -> port 20',
      '-- port 22 pending (merged)',
      '-- upcall on vcpu 25',
      '-- port 28 -> ring, 29 in it',
      'read({32, 33}) = 8',
      'write({9 ports}) = 39',
      '-- port 42 enabled',
      '-- port 44 stays masked, its EOI is put off to jiffy 45',
      '-- port 47 opens, the EOI that was put off is done',
      'ioctl(IOCTL_EVTCHN_BIND_INTERDOMAIN, {remote_domain=50, remote_port=51}) = 52',
      '-- port 55 bound to file 54',
      '-- port 58 unbound from file 57',
      '-- ring emptied, 61 unread thrown away, overflow cleared',
      'open("/dev/xen/evtchn") = file 63',
      'close(file 66) = 0',
      '-- fault 68: permute of port 70, held for other ports to go first, for -71 ms at most',
    ]);
  });

  it('names processes with their number, those before the trace too, and `?` where nobody knows', () => {
    const process = { pid: 812, comm: 'back' };
    const known = { file: 5, process, ports: 0, unread: 0, ringSize: 0, overflow: false };
    const domain = { domid: 0, abi: 'fifo', kernel: true, vcpus: 1, upcallMasked: [] } as const;
    const snapshot = {
      version: 1,
      time: 0,
      destroyed: [],
      domains: [
        {
          ...domain,
          paused: false,
          maxPort: 1023,
          files: [{ ...known, readers: 0, polled: false }],
          channels: [],
          closed: [],
        },
      ],
    } as const;
    const writer = new TextFormat({ formatTime: () => '', snapshot });
    const base = { time: 0, domid: 0 };
    const lines = writer.batch({
      dropped: 0,
      records: [
        { ...base, type: 'eoi', file: 5, port: 3 },
        { ...base, type: 'write', file: 5, result: 12 },
        { ...base, type: 'write', file: 5, result: -14 },
        { ...base, type: 'open', file: 6, name: 'qemu-system-i38', pid: 40_123 },
        { ...base, type: 'release', file: 6 },
        { ...base, type: 'read', file: 6, ports: [], result: -27 },
        { ...base, type: 'ioctl', file: 5, command: 'IOCTL_EVTCHN_UNBIND', args: {}, result: -14 },
      ],
    });
    expect(lines.split('\n').map((line) => line.trim())).toEqual([
      'dom0  back[812]    -- port 3 enabled',
      'dom0  back[812]    write({3, 2 more}) = 12',
      'dom0  back[812]    write() = -1 EFAULT (Bad address)',
      'dom0  qemu-system-i38[40123] open("/dev/xen/evtchn") = file 6',
      'dom0  qemu-system-i38[40123] close(file 6) = 0',
      'dom0  ?                      read() = -1 EFBIG (File too large)',
      'dom0  back[812]              ioctl(IOCTL_EVTCHN_UNBIND, ?) = -1 EFAULT (Bad address)',
      '',
    ]);
  });

  it('cuts long lists of ports', () => {
    const ports = Array.from({ length: 1024 }, (_, i) => i + 1);
    const line = text([{ time: 0, domid: 0, type: 'read', file: 1, ports, result: 4096 }]);
    expect(line).toContain(
      'read({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1008 more})',
    );
  });

  it('says what made a port pending only where that is sure', () => {
    const { host, records, back, front } = scene();
    const pirq = back.hypercalls.bindPirq(1);
    const unbound = front.openEvtchn().bindUnboundPort(0);
    const names = format();
    names.batch({ records, dropped: 0 });
    records.length = 0;
    host.hypervisor.raisePirq(back.xen, 1);
    front.hypercalls.send(unbound);
    expect(names.batch({ records, dropped: 0 })).toContain(`-- port ${pirq} pending, masked\n`);
    records.length = 0;
    back.openEvtchn().bindVirq(3);
    host.raiseVirq(3);
    expect(names.batch({ records, dropped: 0 })).toContain('<- VIRQ_DOM_EXC pending');
    const lost = { time: 0, domid: 0, type: 'virq', virq: 3, vcpu: 0, port: 0 } as const;
    expect(text([lost])).toContain('VIRQ_DOM_EXC on vcpu 0 -> bound nowhere, lost');
  });

  it('gives the same in whatever parts it comes, and at the end what it still had', () => {
    const { records, frontEnd, local } = scene();
    frontEnd.notify(local);
    const parts = format();
    const cut = records.findLastIndex(({ type }) => type === 'set-pending') + 1;
    let got = parts.batch({ records: records.slice(0, cut), dropped: 0 });
    expect(got.split('\n')).toHaveLength(cut);
    got += parts.batch({ records: records.slice(cut), dropped: 0 });
    expect(got).toBe(text(records));
    const ended = format();
    ended.batch({ records: records.slice(0, cut), dropped: 0 });
    expect(ended.end({ records: cut, dropped: 2 })).toBe(
      `10.000 dom0  xen          -- port 1 pending\n-- end of the trace: ${cut} records, 2 lost\n`,
    );
  });

  it('does not keep a line for long that may say more: no longer than until nothing new comes', () => {
    const { records, frontEnd, local } = scene();
    records.length = 0;
    frontEnd.notify(local);
    const written = format();
    expect(written.batch({ records: records.slice(0, 1), dropped: 0 })).toBe('');
    const line = /^10\.000 dom0 +xen +-- port 1 pending\n$/;
    expect(written.batch({ records: [], dropped: 0 })).toMatch(line);
    expect(written.batch({ records: [], dropped: 0 })).toBe('');
  });

  it('knows names and peers from records that are left out', () => {
    const { records, frontEnd, local } = scene();
    const written = format();
    for (const record of records) written.leaveOut(record);
    const { length } = records;
    frontEnd.notify(local);
    const lines = written.batch({ records: records.slice(length), dropped: 0 });
    expect(lines).toContain(' -- port 1 <- dom7:1 pending\n');
    expect(lines).toMatch(/ back +-- port 1 -> ring/);
  });

  it('shows where records were lost, in their place', () => {
    const { records } = scene();
    const [first, second] = records;
    const writer = format();
    expect(writer.begin()).toBe('');
    const got = [
      writer.batch({ records: [first!], dropped: 0 }),
      writer.batch({ records: [second!], dropped: 12 }),
      writer.end({ records: 2, dropped: 12 }),
    ].join('');
    expect(got.split('\n')[1]).toBe(
      '-- 12 records lost here: they came faster than they could be written',
    );
    expect(got.split('\n')).toHaveLength(5);
  });
});
