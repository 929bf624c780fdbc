import { describe, expect, it } from 'vitest';
import { EAGAIN, ENODEV } from '../../../src/abi/errno.js';
import { EVTCHN_IOCTLS } from '../../../src/abi/ioctl.js';
import { VIRQ_DEBUG } from '../../../src/abi/virq.js';
import { replayTrace } from '../../../src/replay/replay-trace.js';
import { explain } from '../../../src/snapshot/explain.js';
import { stuckPorts } from '../../../src/snapshot/stuck-ports.js';
import { takeSnapshot } from '../../../src/snapshot/take-snapshot.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { forgetful, RecordedHost, traceOf } from './recorded-host.js';

/** The records with one of them, the nth of its type from 1 on, changed. */
function altered<T extends TraceRecord['type']>(
  records: readonly TraceRecord[],
  type: T,
  nth: number,
  changes: Partial<Extract<TraceRecord, { type: T }>>,
): { readonly index: number; readonly records: TraceRecord[] } {
  const at = records.flatMap((record, index) => (record.type === type ? [index] : []))[nth - 1]!;
  const copy = [...records];
  copy[at] = { ...copy[at]!, ...changes } as TraceRecord;
  return { index: at, records: copy };
}

describe('a trace that is replayed', () => {
  it('comes to the same', () => {
    const { recorded } = forgetful();
    const replayed = replayTrace(recorded.trace);
    expect(replayed).toMatchObject({
      equal: true,
      differences: [],
      differenceCount: 0,
      records: recorded.records.length,
      passedOver: 0,
      unfinished: 0,
      stopped: undefined,
      firstRelease: undefined,
    });
    // Two domains, two opens, two binds, three sends, two reads.
    expect(replayed.calls).toBe(11);
  });

  it('leaves the host as it was, and at that time', () => {
    const { recorded, host } = forgetful();
    const { host: again, clock, ...replayed } = replayTrace(recorded.trace);
    expect(replayed.calls).toBe(11);
    expect(clock.now()).toBe(1002);
    expect(takeSnapshot(again)).toEqual(takeSnapshot(host));
    expect(takeSnapshot(again).domains[0]?.files[0]?.process).toEqual({ comm: 'back', pid: 0 });
  });

  it('tells what is stuck then, with times and counts', () => {
    const { recorded, port, clock, back } = forgetful();
    clock.advance(5000);
    expect(back.tryPending()).toBeUndefined();
    const snapshot = replayTrace(recorded.trace).snapshot();
    const [stuck] = stuckPorts(snapshot).filter(({ domid }) => domid === 0);
    expect(stuck).toMatchObject({ port, verdict: 'not-written-back' });
    // Its last read found nothing: it may wait in it.
    expect(snapshot.domains[0]?.files[0]).toMatchObject({ readers: 1, polled: false });
    expect(snapshot.domains[1]?.files[0]).toMatchObject({ readers: 0, polled: false });
    expect(explain(snapshot, 0, port).sentences.join(' ')).toContain('had 3 events');
  });

  it('can be gone on from, on its open files too', () => {
    const { recorded, port } = forgetful();
    const replayed = replayTrace(recorded.trace);
    const ports = new Uint32Array([port]);
    const memory = {
      getU16: () => -1,
      getU32: () => -1,
      copyFromUser: (to: Uint32Array) => to.set(ports) === undefined,
      copyToUser: (_: number, from: Uint32Array, start: number) => {
        ports[0] = from[start]!;
        return true;
      },
    };
    const back = replayed.file(1)!;
    expect(back.read(memory, 0, 4)).toBe(-EAGAIN);
    expect(back.write(memory, 0, 4)).toBe(4);
    ports[0] = 0;
    expect(back.read(memory, 0, 4)).toBe(4);
    expect(ports[0]).toBe(port);
    expect(replayed.file(3)).toBeUndefined();
    expect(replayed.host.domain(7)?.openEvtchn().bindUnboundPort(0)).toBeGreaterThan(0);
  });

  it('ends with the call that a record is of', () => {
    const { recorded } = forgetful();
    const { records } = recorded;
    const opens = records.findIndex(({ type }) => type === 'open');
    expect(replayTrace(recorded.trace, { until: opens + 1 })).toMatchObject({
      calls: 3,
      records: opens + 1,
    });
    // The record behind begins a bind, whose own record is some way on.
    const bound = records.findIndex(({ type }) => type === 'ioctl');
    expect(replayTrace(recorded.trace, { until: opens + 3 })).toMatchObject({
      calls: 5,
      records: bound + 1,
    });
    expect(replayTrace(recorded.trace, { until: 1e6 }).records).toBe(records.length);
  });

  it('begins with the domains of its snapshot', () => {
    const recorded = new RecordedHost();
    recorded.host.createDomain({ domid: 0, abi: 'two-level' });
    recorded.host.createDomain({ domid: 7, vcpus: 2, maxEvtchnPort: 63, kernelChannels: false });
    recorded.host.createDomain({ domid: 9, kernel: false });
    recorded.begin();
    forgetful(recorded);
    const replayed = replayTrace(recorded.trace);
    expect(replayed.differences).toEqual([]);
    expect(takeSnapshot(replayed.host)).toEqual(takeSnapshot(recorded.host));
  });

  it('gives files the numbers of the trace, whatever was open before it', () => {
    const recorded = new RecordedHost();
    recorded.host.createDomain({ domid: 0 }).openEvtchn().close();
    recorded.begin();
    const { back } = forgetful(recorded);
    back.close();
    const replayed = replayTrace(recorded.trace);
    expect(replayed.differences).toEqual([]);
    expect(replayed.file(2)).toBeUndefined();
    expect(replayed.file(3)?.operations).toMatchObject({ comm: 'front' });
    const release = recorded.records.findIndex(({ type }) => type === 'channel-close');
    expect(replayed.firstRelease).toBe(release + 1);
  });

  it('is told how domains were made where it does not say', () => {
    const recorded = new RecordedHost();
    const options = { domid: 1, bindStatic: true, privileged: true, lateEoi: { hz: 100 } };
    const evtchn = recorded.host.createDomain(options).openEvtchn();
    const { hypercalls } = recorded.host.domain(1)!;
    recorded.host.createDomain({ domid: 2 });
    evtchn.bindStatic(hypercalls.allocUnbound(1, 2));
    hypercalls.allocUnbound(2, 1);
    expect(replayTrace(recorded.trace).equal).toBe(false);
    expect(replayTrace(recorded.trace, { domains: [options] }).differences).toEqual([]);
    const withoutDomains = new RecordedHost();
    withoutDomains.host.createDomain(options);
    withoutDomains.records.length = 0;
    const late = withoutDomains.host.domain(1)!.openEvtchn();
    expect(() => late.bindStatic(1)).toThrow('EBUSY');
    expect(replayTrace(withoutDomains.trace).equal).toBe(false);
    expect(replayTrace(withoutDomains.trace, { domains: [options] }).equal).toBe(true);
  });

  it('has what a host does that is no program', () => {
    const recorded = new RecordedHost();
    const { host } = recorded;
    const domain = host.createDomain({ domid: 1 });
    const empty = host.createDomain({ domid: 2, kernel: false });
    const evtchn = domain.openEvtchn();
    const port = evtchn.bindVirq(VIRQ_DEBUG);
    domain.raiseVirq(VIRQ_DEBUG);
    evtchn.tryPending();
    // An event by hand, on a port that is masked, then on one that is not.
    const incoming = () => {
      domain.xen.ports.setPending(port);
      domain.xen.hypervisor.exit();
    };
    incoming();
    evtchn.unmask(port);
    incoming();
    const lent = empty.hypercalls.allocUnbound(2, 1);
    const theirs = domain.hypercalls.bindInterdomain(2, lent);
    domain.hypercalls.send(theirs);
    empty.hypercalls.send(lent);
    domain.hypercalls.bindVcpu(theirs, 0);
    domain.hypercalls.unmask(theirs);
    expect(domain.hypercalls.status(1, theirs).status).toBeGreaterThan(0);
    domain.hypercalls.setPriority(theirs, 3);
    domain.hypercalls.send(domain.hypercalls.bindIpi(0));
    domain.hypercalls.close(theirs);
    expect(() => domain.hypercalls.bindPirq(1)).toThrow();
    expect(() => domain.hypercalls.reset(2)).toThrow();
    const zero = host.createDomain({ domid: 0 });
    zero.hypercalls.reset(2);
    empty.unpause();
    expect(() => zero.hypercalls.reset(2)).toThrow();
    expect(replayTrace(recorded.trace).differences).toEqual([]);
  });

  it('has refused calls, and those with bad pointers', () => {
    const recorded = new RecordedHost();
    const domain = recorded.host.createDomain({ domid: 1 });
    const file = domain.open();
    const bad = {
      getU16: () => -1,
      getU32: () => -1,
      copyFromUser: () => false,
      copyToUser: () => false,
    };
    const good = { ...bad, getU16: () => 5, getU32: () => 5, copyFromUser: () => true };
    for (const { request } of EVTCHN_IOCTLS) {
      file.ioctl(request, bad, 0);
      file.ioctl(request, good, 0);
    }
    file.ioctl(0x12345, good, 0);
    file.write(bad, 0, 4);
    file.write(good, 0, 400);
    file.write(good, 0, 3);
    file.read(bad, 0, 4);
    const evtchn = domain.openEvtchn();
    const port = evtchn.bindUnboundPort(1);
    evtchn.notify(evtchn.bindInterdomain(1, port));
    const other = domain.open();
    other.read(bad, 0, 4);
    evtchn.unmask([port, port, 99]);
    domain.destroy();
    expect(file.read(bad, 0, 4)).toBe(-ENODEV);
    expect(file.ioctl(0x12345, good, 0)).toBe(-ENODEV);
    expect(file.write(good, 0, 4)).toBe(-ENODEV);
    file.put();
    recorded.host.createDomain({ domid: 1, abi: 'two-level' }).openEvtchn().close();
    expect(replayTrace(recorded.trace).differences).toEqual([]);
  });

  it('has overflows, resets, and a read that could not be handed over', () => {
    const recorded = new RecordedHost();
    const domain = recorded.host.createDomain({ domid: 1, kernelChannels: false });
    const evtchn = domain.openEvtchn();
    const receiver = evtchn.bindUnboundPort(1);
    const sender = evtchn.bindInterdomain(1, receiver);
    for (let i = 0; i < 64; i++) {
      evtchn.notify(sender);
      evtchn.unmask(receiver);
    }
    expect(() => evtchn.tryPending()).toThrow();
    evtchn.reset();
    evtchn.unbind(receiver);
    expect(replayTrace(recorded.trace).differences).toEqual([]);
  });

  it('delivers later if the host did', () => {
    const recorded = new RecordedHost({ delivery: 'deferred' });
    recorded.host.createDomain({ domid: 0 });
    recorded.host.createDomain({ domid: 7 });
    const made = [...recorded.records];
    recorded.begin();
    forgetful(recorded);
    recorded.host.run();
    recorded.host.domain(0)!.raiseVirq(VIRQ_DEBUG);
    recorded.host.run();
    expect(replayTrace(recorded.trace).differences).toEqual([]);
    const whole = traceOf([...made, ...recorded.records]);
    expect(replayTrace(whole, { delivery: 'deferred' }).differences).toEqual([]);
    expect(replayTrace(whole).equal).toBe(false);
  });

  it('passes over waits for ports, which a trace does not have', async () => {
    const recorded = new RecordedHost();
    const { hypercalls } = recorded.host.createDomain({ domid: 1 });
    const ended = hypercalls.poll([], { timeout: 1001 });
    recorded.clock.advance(1);
    expect(await ended).toBe('timeout');
    expect(replayTrace(recorded.trace)).toMatchObject({ equal: true, passedOver: 1 });
  });

  it('says how much is left of a call that it does not have the end of', () => {
    const { recorded } = forgetful();
    const bound = recorded.records.findIndex(({ type }) => type === 'ioctl');
    expect(replayTrace(traceOf(recorded.records.slice(0, bound)))).toMatchObject({
      equal: true,
      calls: 4,
      unfinished: 3,
    });
  });

  it('is equal if it has nothing', () => {
    expect(replayTrace({ batches: [] })).toMatchObject({ equal: true, calls: 0, records: 0 });
  });
});

describe('a difference', () => {
  const { recorded, port } = forgetful();
  const { records } = recorded;

  it('is told where it is, with the records around it', () => {
    const wrong = altered(records, 'read', 1, { ports: [port + 1] });
    const { differences, differenceCount } = replayTrace(traceOf(wrong.records));
    expect(differenceCount).toBe(1);
    const [first] = differences;
    expect(first).toMatchObject({
      record: wrong.index + 1,
      call: wrong.index + 1,
      recorded: { type: 'read', ports: [port + 1] },
      replayed: { type: 'read', ports: [port] },
    });
    const lines = first!.text.split('\n');
    const number = String(wrong.index + 1);
    expect(lines.filter((line) => line.startsWith('-'))).toEqual([
      `- ${number} 1.001000 dom0  back         read({${port + 1}}) = 4`,
    ]);
    expect(lines.filter((line) => line.startsWith('+'))).toEqual([
      `+ ${' '.repeat(number.length)} 1.001000 dom0  back         read({${port}}) = 4`,
    ]);
    // Five in front of it, three behind.
    expect(lines.length).toBe(10);
    expect(lines[4]).toMatch(/ioctl\(IOCTL_EVTCHN_NOTIFY, /);
  });

  it.each([
    ['a result', 'ioctl', { result: -5 }],
    ['what was asked', 'hypercall', { args: { dom: 1, remote_dom: 7 } }],
    ['a port', 'channel-open', { port: 77 }],
    ['a state', 'channel-open', { state: 'ipi' }],
    ['a merged event', 'set-pending', { coalesced: true }],
    ['how many are queued', 'interrupt', { queued: 3 }],
    ['a domain', 'interrupt', { domid: 5 }],
    ['the port that a file gets', 'bind', { port: 78 }],
  ] as const)('in %s is found at its record', (_, type, changes) => {
    const afterBoot = records.findIndex((record) => record.type === 'open');
    const nth = records.slice(0, afterBoot).filter((record) => record.type === type).length + 1;
    const wrong = altered(records, type, nth, changes);
    const [first] = replayTrace(traceOf(wrong.records)).differences;
    expect(first?.record).toBe(wrong.index + 1);
    expect(first?.recorded).toMatchObject(changes);
  });

  it('may be a step that is missing in the trace, or too many there', () => {
    const at = records.findIndex(({ type }) => type === 'interrupt');
    const missing = replayTrace(traceOf(records.toSpliced(at, 1)));
    expect(missing.differences[0]).toMatchObject({
      record: at + 1,
      recorded: { type: 'ioctl' },
      replayed: { type: 'interrupt' },
    });
    const twice = replayTrace(traceOf(records.toSpliced(at, 0, records[at]!)));
    expect(twice.differences[0]).toMatchObject({
      record: at + 2,
      recorded: { type: 'interrupt' },
      replayed: { type: 'ioctl' },
    });
  });

  it('may be what came of a call behind its own record', () => {
    const other = new RecordedHost();
    const domain = other.host.createDomain({ domid: 1 });
    const evtchn = domain.openEvtchn();
    evtchn.bindVirq(VIRQ_DEBUG);
    domain.raiseVirq(VIRQ_DEBUG);
    const last = other.records.length - 1;
    expect(other.records[last]).toMatchObject({ type: 'interrupt' });
    evtchn.close();
    const less = replayTrace(traceOf(other.records.toSpliced(last, 1)));
    expect(less.differences[0]).toMatchObject({
      record: last + 1,
      replayed: { type: 'interrupt' },
    });
    const more = replayTrace(traceOf(other.records.toSpliced(last, 0, other.records[last]!)));
    expect(more.differences[0]).toMatchObject({ record: last + 2, replayed: undefined });
    expect(more.differences[0]?.text).toContain('(nothing came of it in the replay)');
    const nothing = { time: 1001, domid: 1, file: 1, ports: [], result: -EAGAIN } as const;
    const read = { ...nothing, type: 'read' } as const;
    const overdue = other.records.toSpliced(last, 0, read);
    expect(replayTrace(traceOf(overdue)).differences[0]).toMatchObject({
      recorded: { type: 'read' },
      replayed: { type: 'interrupt' },
    });
  });

  it('is one of many, of which so many are described as were asked for', () => {
    let all = records;
    for (const nth of [1, 2]) all = altered(all, 'read', nth, { ports: [99] }).records;
    expect(replayTrace(traceOf(all)).differences.length).toBe(2);
    const one = replayTrace(traceOf(all), { maxDifferences: 1 });
    expect([one.differences.length, one.differenceCount, one.equal]).toEqual([1, 2, false]);
  });

  it('may leave the host so that it cannot go on', () => {
    const at = records.findIndex(({ type }) => type === 'domain-create');
    const destroyed = { time: 1000, domid: 0, type: 'domain-destroy', closed: 9 } as const;
    const replayed = replayTrace(traceOf(records.toSpliced(at + 40, 0, destroyed)));
    expect(replayed.equal).toBe(false);
    expect(replayed.stopped).toMatch(/^cannot replay record \d+: /);
  });
});
