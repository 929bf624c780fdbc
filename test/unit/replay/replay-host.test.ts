import { expect, it } from 'vitest';
import { ReplayHost } from '../../../src/replay/replay-host.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

it('does a late EOI that was put off when the trace has it, if its time has come', () => {
  const records: TraceRecord[] = [];
  const optionsOf = () => ({ domid: 1 });
  const replay = new ReplayHost({ start: 0, delivery: 'immediate', records, optionsOf });
  const domain = replay.host.createDomain({ domid: 1 });
  const evtchn = domain.openEvtchn();
  const ports = [evtchn.bindUnboundPort(1), evtchn.bindUnboundPort(1)] as const;
  // The second spurious event in a row is put off by a jiffy, of 4 ms.
  for (const port of ports) for (let i = 0; i < 2; i++) domain.kernel!.lateEoi(port, true);
  replay.takeRecords();
  const ends = (time: number): TraceRecord[] => {
    records[0] = { time, domid: 1, type: 'deferred-eoi-end', port: ports[0] };
    replay.perform(0, 0);
    return replay.takeRecords().map((record) => ({ ...record, time: replay.clock.now() }));
  };
  expect(ends(3.9)).toEqual([]);
  expect(replay.clock.now()).toBe(0);
  expect(ends(9)).toEqual(
    ports.map((port) => ({ time: 4, domid: 1, type: 'deferred-eoi-end', port })),
  );
  expect(ends(9)).toEqual([]);
});
