import { describe, expect, it } from 'vitest';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { ChromeFormat } from '../../../src/trace-formats/chrome-format.js';
import type { TraceFormat, TraceStart } from '../../../src/trace-formats/trace-format.js';
import { FollowedHost } from '../event-paths/followed-host.js';
import { lifeScene } from '../life-cycle/life-scene.js';
import { type ChromeTrace, readChromeTrace } from './chrome-validator.js';

/** A whole file. */
function written(format: TraceFormat, records: readonly TraceRecord[]): string {
  return (
    format.begin() +
    format.batch({ records, dropped: 0 }) +
    format.end({ records: records.length, dropped: 0 })
  );
}

function drawn(records: readonly TraceRecord[], start?: TraceStart): ChromeTrace {
  return readChromeTrace(written(new ChromeFormat(start), records));
}

/** The slices of a port, as `name from-to`, in ms. */
function slices(trace: ChromeTrace, label: string): string[] {
  return trace.slices
    .filter(({ tid }) => trace.threads.get(tid) === label)
    .map(({ name, from, to }) => `${name} ${from / 1000}-${to! / 1000}`);
}

function marks(trace: ChromeTrace, label: string): string[] {
  return trace.instants
    .filter(({ tid, scope }) => scope === 't' && trace.threads.get(tid) === label)
    .map(({ name, at }) => `${name} ${at / 1000}`);
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

describe('ChromeFormat', () => {
  it('draws an event as slices of its port, with an arrow from the send to the read', () => {
    const { clock, records, backEnd, frontEnd, port, local } = scene();
    frontEnd.notify(local);
    clock.advance(2);
    backEnd.tryPending();
    clock.advance(3);
    backEnd.unmask(port);
    clock.advance(1);
    const trace = drawn(records);
    expect([...trace.processes]).toEqual([
      [1, 'domain 0'],
      [8, 'domain 7'],
    ]);
    expect([...trace.threads.values()]).toEqual([
      'domain',
      'domain',
      'port 1 (interdomain 0:1)',
      'port 1 (interdomain 7:1)',
    ]);
    expect(slices(trace, 'port 1 (interdomain 7:1)')).toEqual([
      'pending 10-10',
      'queued 10-12',
      'in handler 12-15',
    ]);
    expect(slices(trace, 'port 1 (interdomain 0:1)').at(-1)).toBe('send 10-10');
    expect(trace.arrows).toHaveLength(1);
    const [arrow] = trace.arrows;
    expect(arrow?.from).toMatchObject({ name: 'send', from: 10_000 });
    expect(arrow?.to).toMatchObject({ name: 'in handler', from: 12_000, to: 15_000 });
    expect(
      trace.slices.find(({ name, from }) => name === 'queued' && from === 10_000)?.args,
    ).toEqual({ event: 2, file: 1, process: 'back' });
  });

  it('draws what waits behind another event beside it, and an arrow for each send that merged', () => {
    const { clock, records, backEnd, frontEnd, port, local } = scene();
    for (let i = 0; i < 4; i++) {
      frontEnd.notify(local);
      clock.advance(1);
    }
    backEnd.tryPending();
    clock.advance(1);
    backEnd.unmask(port);
    clock.advance(1);
    backEnd.tryPending();
    clock.advance(1);
    backEnd.unmask(port);
    const trace = drawn(records);
    expect(slices(trace, 'port 1 (interdomain 7:1)')).toEqual([
      'pending 10-10',
      'queued 10-14',
      'in handler 14-15',
      'queued 15-16',
      'in handler 16-17',
    ]);
    expect(slices(trace, 'port 1, next event')).toEqual(['pending 11-15']);
    expect(marks(trace, 'port 1, next event')).toEqual(['merged 12', 'merged 13']);
    expect(trace.arrows.map(({ from, to }) => [from.from, to.from])).toEqual([
      [10_000, 14_000],
      [11_000, 16_000],
      [12_000, 16_000],
      [13_000, 16_000],
    ]);
    expect(trace.loose).toBe(0);
  });

  it('marks overflow, reset, the death of a peer, and what is lost by them', () => {
    const { clock, records, front, backEnd, frontEnd, port, local } = scene();
    for (let i = 0; i < 65; i++) {
      frontEnd.notify(local);
      if (i < 64) backEnd.unmask(port);
      clock.advance(1);
    }
    backEnd.reset();
    clock.advance(1);
    backEnd.unmask(port);
    front.destroy();
    const trace = drawn(records);
    const label = 'port 1 (interdomain 7:1)';
    expect(slices(trace, label).at(-1)).toBe('lost, the ring was full 74-76');
    expect(marks(trace, label).filter((mark) => !mark.startsWith('dropped'))).toEqual([
      'overflow 74',
      'peer gone 76',
    ]);
    expect(marks(trace, label)).toHaveLength(66);
    const moments = trace.instants.filter(({ tid }) => trace.threads.get(tid) === 'domain');
    expect(moments.map(({ name }) => name)).toEqual([
      'domain created',
      'domain created',
      'open',
      'open',
      'reset',
      'domain destroyed',
      'close',
      'end of the trace',
    ]);
  });

  it('draws an EOI that was put off until the port opens', () => {
    const followed = new FollowedHost();
    const { clock, host, records } = followed;
    const domain = host.createDomain({ domid: 3, kernelChannels: false });
    const evtchn = domain.openEvtchn();
    const port = evtchn.bindUnboundPort(3);
    const local = evtchn.bindInterdomain(3, port);
    evtchn.tryPending();
    evtchn.unmask(local);
    evtchn.notify(local);
    evtchn.tryPending();
    domain.kernel!.lateEoi(port, true);
    domain.kernel!.lateEoi(port, true);
    clock.advance(8);
    const trace = drawn(records);
    const label = `port ${port} (interdomain 3:${local})`;
    expect(slices(trace, label).slice(-2)).toEqual(['in handler 0-0', 'EOI put off 0-4']);
    expect(marks(trace, label)).toEqual(['deferred 0']);
  });

  it('draws a read that keeps nothing masked as a moment: written back unread, or of a closed port', () => {
    const { clock, records, backEnd, frontEnd, port, local } = scene();
    frontEnd.notify(local);
    clock.advance(1);
    backEnd.unmask(port);
    clock.advance(1);
    frontEnd.notify(local);
    clock.advance(1);
    backEnd.tryPending();
    backEnd.unbind(port);
    backEnd.tryPending();
    const trace = drawn(records);
    const label = 'port 1 (interdomain 7:1)';
    expect(slices(trace, label)).toEqual([
      'pending 10-10',
      'queued 10-11',
      'pending 12-12',
      'queued 12-13',
      'read late 13-13',
      'read late 13-13',
    ]);
    expect(marks(trace, label)).toContain('closed 13');
    expect(trace.arrows).toHaveLength(2);
  });

  it('says where records were lost, and begins anew behind them', () => {
    const { clock, records, backEnd, frontEnd, port, local } = scene();
    frontEnd.notify(local);
    const format = new ChromeFormat();
    let text = format.begin() + format.batch({ records: records.splice(0), dropped: 0 });
    clock.advance(5);
    backEnd.tryPending();
    backEnd.unmask(port);
    text += format.batch({ records: records.splice(0), dropped: 7 });
    text += format.end({ records: 30, dropped: 7 });
    const trace = readChromeTrace(text);
    expect(trace.instants.filter(({ scope }) => scope === 'g').map(({ name }) => name)).toEqual([
      'records lost',
      'end of the trace',
    ]);
    expect(trace.slices.find(({ name, from }) => name === 'queued' && from === 10_000)?.to).toBe(
      10_000,
    );
    expect(trace.loose).toBe(1);
  });

  it('ends what is open where the trace ends, and says so', () => {
    const { clock, records, backEnd, frontEnd, local } = scene();
    frontEnd.notify(local);
    clock.advance(4);
    backEnd.tryPending();
    clock.advance(4);
    frontEnd.notify(local);
    const trace = drawn(records);
    expect(slices(trace, 'port 1 (interdomain 7:1)').at(-1)).toBe('in handler 14-18');
    expect(slices(trace, 'port 1, next event')).toEqual(['pending 18-18']);
  });

  it('gives a valid file of nothing, and of nothing but a loss', () => {
    expect(drawn([]).slices).toEqual([]);
    const format = new ChromeFormat();
    const text =
      format.begin() +
      format.batch({ records: [], dropped: 3 }) +
      format.end({ records: 0, dropped: 3 });
    expect(readChromeTrace(text).instants.map(({ name }) => name)).toContain('records lost');
  });

  it('can be read wherever it was cut', () => {
    const { clock, records, backEnd, frontEnd, port, local } = scene();
    for (let i = 0; i < 3; i++) {
      frontEnd.notify(local);
      clock.advance(1);
      backEnd.tryPending();
      backEnd.unmask(port);
    }
    const whole = written(new ChromeFormat(), records);
    let most = 0;
    for (let end = 1; end < whole.length; end += 7) {
      const { slices: found } = readChromeTrace(whole.slice(0, end), true);
      expect(found.length).toBeGreaterThanOrEqual(most);
      most = found.length;
    }
    expect(readChromeTrace(whole.slice(0, -1), true).slices).toEqual(readChromeTrace(whole).slices);
  });

  it('gives the same in whatever parts it comes', () => {
    const { records, backEnd, frontEnd, local } = scene();
    frontEnd.notify(local);
    backEnd.tryPending();
    const format = new ChromeFormat();
    let text = format.begin();
    for (const record of records) text += format.batch({ records: [record], dropped: 0 });
    text += format.end({ records: records.length, dropped: 0 });
    expect(text).toBe(written(new ChromeFormat(), records));
  });

  it('keeps the numbers of many domains and ports apart, and within what Perfetto takes', () => {
    const followed = new FollowedHost();
    const { host, records } = followed;
    for (let domid = 32_000; domid < 32_020; domid++) {
      const evtchn = host.createDomain({ domid, kernelChannels: false }).openEvtchn();
      const ports = Array.from({ length: 20 }, () => evtchn.bindUnboundPort(domid));
      for (const port of ports) evtchn.notify(evtchn.bindInterdomain(domid, port));
    }
    const trace = drawn(records);
    expect(trace.processes.size).toBe(20);
    expect(trace.threads.size).toBe(20 * 41);
  });

  it('is valid wherever the trace begins, and with records lost anywhere', () => {
    const records = lifeScene();
    for (let from = 0; from < records.length; from += 61) {
      expect(() => drawn(records.slice(from))).not.toThrow();
      const format = new ChromeFormat();
      const text =
        format.begin() +
        format.batch({ records: records.slice(0, from), dropped: 0 }) +
        format.batch({ records: records.slice(from + 7), dropped: 7 }) +
        format.end({ records: records.length - 7, dropped: 7 });
      expect(() => readChromeTrace(text)).not.toThrow();
    }
  });

  it('names ports and processes that were there before', () => {
    const { host, records, backEnd, frontEnd, port, local } = scene();
    records.length = 0;
    frontEnd.notify(local);
    backEnd.tryPending();
    const process = { pid: 812, comm: 'back' };
    const file = { file: 1, process, ports: 1, unread: 0, ringSize: 64, overflow: false };
    const peer = { domid: 7, port: local };
    const trace = drawn(records, {
      snapshot: {
        version: 1,
        time: host.clock.now(),
        destroyed: [],
        domains: [
          {
            domid: 0,
            abi: 'fifo',
            kernel: true,
            vcpus: 1,
            upcallMasked: [],
            paused: false,
            maxPort: 1023,
            files: [{ ...file, readers: 0, polled: false }],
            channels: [
              {
                port,
                state: 'interdomain',
                peer,
                vcpu: 0,
                pending: false,
                masked: false,
                maskReasons: [],
                queued: 0,
              },
            ],
            closed: [],
          },
        ],
      },
    });
    expect([...trace.threads.values()]).toEqual(['port 1 (interdomain 7:1)', 'port 1']);
    expect(trace.slices.find(({ name }) => name === 'queued')?.args.process).toBe('back[812]');
  });
});
