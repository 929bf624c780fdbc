import { describe, expect, it } from 'vitest';
import { XenHost } from '../../src/index.js';

/**
 * With two-level, a number that was unmasked by hypercall and then given out again had its initial event lost: the guest
 * asked Xen to unmask a port that was not masked, which Xen ignores.
 */
describe('a port bound while its mask bit is clear', () => {
  it.each(['two-level', 'fifo'] as const)('has its initial event, with %s', (abi) => {
    const host = new XenHost();
    const dom0 = host.createDomain({ domid: 0, abi });
    const dom5 = host.createDomain({ domid: 5, abi });
    const handle = dom5.openEvtchn();
    const before = dom5.hypercalls.allocUnbound(5, 0);
    dom5.hypercalls.unmask(before);
    dom5.hypercalls.close(before);
    const offered = dom0.hypercalls.allocUnbound(0, 5);
    expect(handle.bindInterdomain(0, offered)).toBe(before);
    expect(handle.tryPending()).toBe(before);
  });
});
