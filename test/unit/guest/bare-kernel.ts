import { ManualClock } from '../../../src/clock/manual-clock.js';
import { GuestKernel } from '../../../src/guest/kernel.js';
import type { KernelOptions } from '../../../src/guest/kernel-options.js';
import type { DomainConfig } from '../../../src/hypervisor/domain.js';
import type { Delivery } from '../../../src/hypervisor/hypervisor.js';
import { bareDomain, bareXen } from '../hypervisor/bare-xen.js';

/** A kernel in a domain of its own, with nothing bound. */
export function bareKernel(
  options: KernelOptions & { delivery?: Delivery } = {},
  config: Partial<DomainConfig> = {},
) {
  const clock = new ManualClock();
  const xen = bareXen(options.delivery);
  const domain = bareDomain(xen, config);
  const kernel = new GuestKernel(domain, clock, options);
  return { xen, domain, clock, kernel };
}

/**
 * A channel of the kernel's domain to itself: sending on `sender` is an event on `receiver`, on which
 * none is pending and to which no handler is bound yet.
 */
export function loopback(kernel: GuestKernel): { sender: number; receiver: number } {
  const { domain } = kernel;
  const ops = domain.hypervisor.eventChannels;
  const receiver = ops.allocUnbound(domain, domain.id, domain.id);
  const sender = ops.bindInterdomain(domain, domain.id, receiver);
  if (sender < 0) throw new Error(`no channel: ${sender}`);
  return { sender, receiver };
}
