import { describe, expect, it } from 'vitest';
import { countChannels } from '../../../src/metrics/channel-counts.js';
import { Scene } from '../snapshot/scene.js';

describe('countChannels', () => {
  it('counts the ports of a domain by state, and its files', () => {
    const { dom0 } = new Scene({ dom0: { kernelChannels: true } });
    expect(countChannels(dom0)).toEqual({
      byState: { unbound: 1, interdomain: 0, pirq: 3, virq: 4, ipi: 5 },
      pending: 0,
      disabled: 0,
      files: 0,
      overflowed: 0,
      unread: 0,
    });
  });

  it('counts in a domain without a kernel too, and an event that Xen remembers as pending', () => {
    const { dom0, dom7 } = new Scene({ dom7: { kernel: false } });
    dom7.hypercalls.initControl(dom7.xen.memory.allocatePage(), 0, 0);
    const port = dom7.hypercalls.bindInterdomain(0, dom0.hypercalls.allocUnbound(0, 7));
    expect(dom7.xen.ports.isPending(port)).toBe(false);
    expect(countChannels(dom7)).toMatchObject({
      byState: { interdomain: 1 },
      pending: 1,
      disabled: 0,
      files: 0,
    });
  });
});
