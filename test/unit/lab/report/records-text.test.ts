import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../src/clock/manual-clock.js';
import { XenHost } from '../../../../src/host/xen-host.js';
import { RecordsText } from '../../../../src/lab/report/records-text.js';
import type { TraceRecord } from '../../../../src/trace/trace-record.js';

type World = ReturnType<typeof world>;

/** What two domains with a channel do, in lines. */
function linesOf(act: (made: World) => void): string[] {
  const made = world();
  const text = new RecordsText();
  text.setup(made.records.splice(0));
  act(made);
  return text.lines(made.records);
}

function world() {
  const records: TraceRecord[] = [];
  const host = new XenHost({
    clock: new ManualClock(),
    trace: { record: (record) => records.push(record) },
  });
  const dom0 = host.createDomain({ domid: 0, kernelChannels: false });
  const dom7 = host.createDomain({ domid: 7, kernelChannels: false });
  const back = dom0.openEvtchn({ comm: 'back' });
  const front = dom7.openEvtchn({ comm: 'front' });
  const port = back.bindUnboundPort(7);
  const local = front.bindInterdomain(0, port);
  front.unmask(front.read());
  return { records, host, dom0, dom7, back, front, port, local };
}

describe('what a host did, as lines', () => {
  it('has a call, and under it what it did', () => {
    expect(linesOf(({ front, local }) => front.notify(local))).toEqual([
      'ioctl(IOCTL_EVTCHN_NOTIFY, {port=1}) = 0',
      '  -- port 1 <- dom7:1 pending',
      '  -- port 1 -> ring, 1 in it, readers woken',
    ]);
  });

  it('has what was read and written back, and not the read that found nothing', () => {
    const lines = linesOf(({ front, back, local }) => {
      back.tryPending();
      front.notify(local);
      back.unmask(back.read());
    });
    expect(lines.slice(3)).toEqual(['read({1}) = 4', 'write({1}) = 4']);
  });

  it('has hypercalls that the scenario makes itself, besides the calls of programs', () => {
    const lines = linesOf(({ dom0, dom7, front, port, local }) => {
      const other = dom7.hypercalls.allocUnbound(7, 0);
      dom0.hypercalls.send(port);
      dom7.hypercalls.close(other);
      front.notify(local);
    });
    expect(lines).toContain('EVTCHNOP_alloc_unbound({dom=7, remote_dom=0}) = 2');
    expect(lines).toContain('EVTCHNOP_close({port=2}) = 0');
    expect(lines.filter((line) => line.startsWith('EVTCHNOP_send'))).toHaveLength(1);
  });

  it('has what is closed under what closes it', () => {
    expect(linesOf(({ front }) => front.close())).toEqual([
      'close(file 2) = 0',
      '  -- port 1 closed, its peer dom0:1 has none any more',
    ]);
    expect(linesOf(({ dom7 }) => dom7.destroy())[0]).toBe(
      '-- domain destroyed, 1 channels closed with it',
    );
  });

  it('says nothing of kernels that boot', () => {
    const records: TraceRecord[] = [];
    const host = new XenHost({ trace: { record: (record) => records.push(record) } });
    host.createDomain({ domid: 0 });
    expect(records.length).toBeGreaterThan(10);
    expect(new RecordsText().setup(records)).toEqual([]);
  });
});
