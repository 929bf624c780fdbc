import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import { bindKernelChannels, DOM0_PIRQS } from '../../../src/guest/boot.js';
import { GuestKernel } from '../../../src/guest/kernel.js';
import type { ChannelStatus } from '../../../src/hypervisor/channel-status.js';
import type { DomainConfig } from '../../../src/hypervisor/domain.js';
import type { EventAbi } from '../../../src/hypervisor/port-ops.js';
import { bareDomain, bareXen } from '../hypervisor/bare-xen.js';

const KINDS = ['closed', 'unbound', 'interdomain', 'pirq', 'virq', 'ipi'];

/** Boots a kernel and lists its ports as `kind number@vcpu`. */
function boot(abi: EventAbi, initialDomain: boolean, config: Partial<DomainConfig> = {}) {
  const xen = bareXen();
  const domain = bareDomain(xen, {
    domid: initialDomain ? 0 : 5,
    nrPirqs: 1024,
    pirqs: initialDomain ? DOM0_PIRQS : [],
    ...config,
  });
  const kernel = new GuestKernel(domain, new ManualClock(), { abi });
  bindKernelChannels(kernel, initialDomain);
  const ports: string[] = [];
  for (let port = 1; domain.channels.usable(port); port++) {
    const status = xen.eventChannels.status(domain, 0x7ff0, port) as ChannelStatus;
    ports.push(`${KINDS[status.status]} ${status.nr ?? status.dom ?? '-'}@${status.vcpu}`);
    if (kernel.irqFromEvtchn(port) < 0) ports.push('without irq');
  }
  return { domain, kernel, ports };
}

describe('bindKernelChannels', () => {
  it('leaves a two-level dom0 with one vCPU 4081 ports, as recorded', () => {
    const { domain, ports } = boot('two-level', true);
    expect(ports).toEqual([
      'virq 0@0',
      ...new Array<string>(5).fill('ipi -@0'),
      'virq 1@0',
      'virq 2@0',
      'virq 9@0',
      'virq 16@0',
      'pirq 1@0',
      'pirq 8@0',
      'pirq 9@0',
      'unbound 0@0',
    ]);
    const ops = domain.hypervisor.eventChannels;
    let taken = 0;
    while (ops.allocUnbound(domain, 0x7ff0, 0) > 0) taken++;
    expect(taken).toBe(4081);
  });

  it('leaves VIRQ_DEBUG free with FIFO', () => {
    const { domain, ports } = boot('fifo', true);
    expect(ports).toHaveLength(13);
    expect(domain.hypervisor.eventChannels.bindVirq(domain, 1, 0)).toBe(14);
  });

  it('starts a guest with the two channels of its toolstack, and binds them last', () => {
    const { ports } = boot('two-level', false);
    expect(ports).toEqual([
      'unbound 0@0',
      'unbound 0@0',
      'virq 0@0',
      ...new Array<string>(5).fill('ipi -@0'),
      'virq 1@0',
    ]);
  });

  it('binds a timer and five IPIs on each vCPU', () => {
    const { ports } = boot('fifo', false, { vcpus: 3 });
    for (const vcpu of [0, 1, 2]) {
      expect(ports.filter((port) => port === `virq 0@${vcpu}`)).toHaveLength(1);
      expect(ports.filter((port) => port === `ipi -@${vcpu}`)).toHaveLength(5);
    }
    expect(ports).toHaveLength(2 + 3 * 6);
  });

  it('hears its events without any harm', () => {
    const { domain, kernel } = boot('fifo', true);
    domain.hypervisor.raiseVirq(domain, 0, 0);
    expect(kernel.notifyRemoteViaEvtchn(2)).toBe(0);
    expect(domain.ports.isPending(1)).toBe(false);
    expect(domain.ports.isPending(2)).toBe(false);
  });

  it('says what did not fit into a domain with too few ports', () => {
    expect(() => boot('fifo', true, { maxEvtchnPort: 9 })).toThrow(RangeError);
    expect(() => boot('fifo', true, { maxEvtchnPort: 9 })).toThrow(
      '"pirq" could not be bound (-28)',
    );
    expect(() => boot('fifo', false, { maxEvtchnPort: 1 })).toThrow('"console"');
  });
});
