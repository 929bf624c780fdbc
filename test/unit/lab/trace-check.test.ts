import { describe, expect, it } from 'vitest';
import { XenHost } from '../../../src/host/xen-host.js';
import { TraceCheck } from '../../../src/lab/trace-check.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { explored, failureOf, sender } from './programs.js';

describe('the check of a trace', () => {
  it('finds nothing wrong with a host', () => {
    const host = new XenHost();
    const check = new TraceCheck(host, false);
    const evtchn = host.createDomain({ domid: 0 }).openEvtchn();
    evtchn.bindUnboundPort(1);
    host.destroy();
    expect(check.end()).toBe(undefined);
  });

  it('tells the first rule that is broken', async () => {
    // The second party makes an event pending behind Xen's back.
    const failure = await failureOf(
      (lab) => {
        let port: number | undefined;
        lab.party('back', async (party) => {
          using evtchn = party.openEvtchn(0);
          port = evtchn.bindUnboundPort(1);
          await evtchn.pending();
        });
        lab.party('hand', async (party) => {
          await party.until(() => port !== undefined);
          lab.host.domain(0)!.xen.ports.setPending(port!);
        });
      },
      { traceChecks: 'all' },
    );
    expect(failure.kind).toBe('invariant');
    expect(failure.message).toMatch(/\(cause-missing\)$/);
  });

  it('is made of every 16th run, of all or of none, and leaves the sink of the host alone', async () => {
    for (const [traceChecks, expected] of [
      ['sampled', 4],
      [undefined, 4],
      ['all', 64],
      ['none', 0],
    ] as const) {
      let traced = 0;
      const records: TraceRecord[] = [];
      await explored(
        (lab) => {
          // Nothing but a trace keeps events from the short way.
          if (lab.host.hypervisor.trace.probe !== undefined) traced++;
          lab.host.trace = { record: (record) => records.push(record) };
          lab.party('a', async (party) => party.openEvtchn(0).close());
        },
        { runs: 64, traceChecks },
      );
      expect(traced).toBe(expected);
      expect(records.length).toBeGreaterThan(64);
    }
  });

  it('holds for spurious events and deaths', async () => {
    await explored(
      (lab) => {
        let port: number | undefined;
        lab.party(
          'back',
          async (party) => {
            using evtchn = party.openEvtchn(0);
            port = evtchn.bindUnboundPort(1);
            for await (const _ of evtchn) await party.step();
          },
          { daemon: true },
        );
        sender(lab, () => port, 3, { mortal: 1 });
      },
      { spurious: 3 },
    );
  });
});
