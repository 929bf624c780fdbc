import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VIRQ_TIMER } from '../../../src/abi/virq.js';
import { GuestTwoLevel } from '../../../src/guest/two-level.js';
import { bareDomain, bareXen } from '../hypervisor/bare-xen.js';
import { maskBit, pendingBit, selectorBit } from '../hypervisor/shared-pages.js';

/** All ports of a vCPU, open; what a handler does besides is up to the test. */
function scanned(then: (port: number) => void = () => {}, vcpus = 1) {
  const domain = bareDomain(bareXen('deferred'), { vcpus });
  domain.channels.validate(4095);
  const handled: number[] = [];
  const abi = new GuestTwoLevel(domain, {
    handlePort(port) {
      abi.clearPending(port);
      handled.push(port);
      then(port);
    },
  });
  for (let port = 1; port < 4096; port++) {
    abi.bindToVcpu(port, 0, 0);
    abi.unmask(port);
  }
  return {
    domain,
    abi,
    handled,
    raise: (...ports: number[]) => {
      for (const port of ports) domain.ports.setPending(port);
    },
    /** Scans once; gives what was handled in this scan. */
    scan: () => {
      handled.length = 0;
      abi.handleEvents(0);
      return [...handled];
    },
  };
}

const anyPort = fc.integer({ min: 1, max: 4095 });

describe('GuestTwoLevel', () => {
  it('masks all 4096 ports in shared_info at its start', () => {
    const domain = bareDomain(bareXen());
    new GuestTwoLevel(domain, { handlePort() {} });
    const expected = new Uint8Array(4096);
    expected.fill(0xff, 2560, 3072);
    expect(domain.sharedInfo).toEqual(expected);
  });

  it('masks and unmasks one bit, leaving a pending event to Xen', () => {
    const { domain, abi } = scanned();
    abi.mask(100);
    expect([99, 100, 101].map((port) => maskBit(domain, port))).toEqual([false, true, false]);
    domain.ports.setPending(100);
    expect(selectorBit(domain, 0, 1)).toBe(false);
    domain.hypervisor.eventChannels.bindIpi(domain, 0);
    abi.mask(1);
    domain.ports.setPending(1);
    abi.unmask(1);
    expect(maskBit(domain, 1)).toBe(false);
    expect(selectorBit(domain, 0, 0)).toBe(true);
    abi.clearPending(100);
    expect(pendingBit(domain, 100)).toBe(false);
  });

  it('takes the selector from Xen', () => {
    const { domain, raise, scan } = scanned();
    raise(3, 4095);
    expect([selectorBit(domain, 0, 0), selectorBit(domain, 0, 63)]).toEqual([true, true]);
    scan();
    expect([selectorBit(domain, 0, 0), selectorBit(domain, 0, 63)]).toEqual([false, false]);
  });

  it('scans from the lowest port at first', () => {
    const { raise, scan } = scanned();
    raise(4095, 64, 3, 2048, 63);
    expect(scan()).toEqual([3, 63, 64, 2048, 4095]);
  });

  it('goes on behind the last port it processed, and comes round to the ports before it', () => {
    const { raise, scan } = scanned();
    raise(200);
    expect(scan()).toEqual([200]);
    raise(10, 199, 200, 201, 250, 300);
    expect(scan()).toEqual([201, 250, 300, 10, 199, 200]);
  });

  it('goes on in the next word behind the last bit of one, and at port 0 behind the last of all', () => {
    const { raise, scan } = scanned();
    raise(127);
    scan();
    raise(126, 128);
    expect(scan()).toEqual([128, 126]);
    raise(4095);
    scan();
    raise(4094, 1);
    expect(scan()).toEqual([1, 4094]);
  });

  it('handles VIRQ_TIMER before all others, once', () => {
    const { domain, abi, raise, scan } = scanned();
    const timer = domain.hypervisor.eventChannels.bindVirq(domain, VIRQ_TIMER, 0);
    for (let port = 2; port < 70; port++) domain.hypervisor.eventChannels.bindIpi(domain, 0);
    raise(50);
    scan();
    raise(51, timer);
    expect(scan()).toEqual([timer, 51]);
    abi.mask(timer);
    raise(52, timer);
    expect(scan()).toEqual([52]);
  });

  it('serves a port on the vCPU it was moved to, and on none once it is removed', () => {
    const { domain, abi, raise, scan, handled } = scanned(() => {}, 2);
    abi.bindToVcpu(100, 1, 0);
    domain.channels.setVcpu(100, 1);
    raise(100);
    expect(scan()).toEqual([]);
    abi.handleEvents(1);
    expect(handled).toEqual([100]);
    abi.remove(100, 1);
    raise(100);
    handled.length = 0;
    abi.handleEvents(1);
    expect(handled).toEqual([]);
  });

  it('hands over every pending port once, whatever it processed last', () => {
    fc.assert(
      fc.property(
        anyPort,
        fc.uniqueArray(anyPort, { maxLength: 200, size: 'max' }),
        (last, ports) => {
          const { raise, scan } = scanned();
          raise(last);
          scan();
          raise(...ports);
          // From behind the last port upwards, then from 0.
          const place = (port: number) => (port > last ? port - 4096 : port);
          expect(scan()).toEqual([...ports].sort((a, b) => place(a) - place(b)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('lets no busy port starve others: all come before a port is handled a third time', () => {
    fc.assert(
      fc.property(
        fc.array(anyPort, { maxLength: 5 }),
        fc.uniqueArray(anyPort, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(anyPort, { minLength: 1, maxLength: 60, size: 'max' }),
        (before, busy, others) => {
          const counts = new Map<number, number>();
          const waiting = new Set(others);
          let worst = 0;
          const { raise, scan } = scanned((port) => {
            waiting.delete(port);
            const count = (counts.get(port) ?? 0) + 1;
            counts.set(port, count);
            if (waiting.size > 0) worst = Math.max(worst, count);
            // A busy port is pending again before its handler has returned.
            if (busy.includes(port) && count < 20) raise(port);
          });
          for (const port of before) {
            if (busy.includes(port)) continue;
            raise(port);
            scan();
          }
          counts.clear();
          worst = 0;
          for (const port of others) waiting.add(port);
          raise(...busy, ...others);
          for (let scans = 0; scans < 30; scans++) scan();
          expect([...waiting]).toEqual([]);
          expect(worst).toBeLessThanOrEqual(2);
          for (const port of busy) expect(counts.get(port)).toBe(20);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds what is left when a handler threw', () => {
    let fail = true;
    const { raise, abi, handled } = scanned(() => {
      if (fail) throw new Error('handler');
    });
    raise(10, 20, 70, 4000);
    expect(() => abi.handleEvents(0)).toThrow('handler');
    fail = false;
    abi.handleEvents(0);
    expect(handled).toEqual([10, 20, 70, 4000]);
  });
});
