import { DOMID_SELF } from '../abi/domid.js';
import { VIRQ_ARCH_0, VIRQ_CONSOLE, VIRQ_DEBUG, VIRQ_PCPU_STATE, VIRQ_TIMER } from '../abi/virq.js';
import type { InterruptHandler } from './irq-table.js';
import type { GuestKernel } from './kernel.js';

/** IPIs Linux binds on each vCPU (arch/x86/xen/smp.c, smp_pv.c, spinlock.c). */
const IPIS = ['resched', 'callfunc', 'callfuncsingle', 'irqwork', 'spinlock'] as const;

/** Interrupts of the machine dom0 serves itself: keyboard, clock, ACPI. */
export const DOM0_PIRQS: readonly number[] = [1, 8, 9];

/**
 * Binds the channels a Linux kernel has for itself, so that the ports left for programs start where they start on a real
 * host: per vCPU a timer, five IPIs and (two-level only) VIRQ_DEBUG; the console and xenstore; in dom0 also VIRQ_PCPU_STATE,
 * the machine-check VIRQ and three physical interrupts. With two-level that is 14 in a one-vCPU dom0, as recorded.
 */
export function bindKernelChannels(kernel: GuestKernel, initialDomain: boolean): void {
  const { domain } = kernel;
  const xen = domain.hypervisor.eventChannels;
  if (!initialDomain) {
    // The toolstack made these two before the guest started; dom0 is at their other end.
    must(xen.allocUnbound(domain, DOMID_SELF, 0), 'xenstore');
    must(xen.allocUnbound(domain, DOMID_SELF, 0), 'console');
  }
  for (const { id } of domain.vcpus) {
    must(kernel.bindVirqToIrqHandler(VIRQ_TIMER, id, named(`timer${id}`)), 'timer');
    for (const ipi of IPIS) must(kernel.bindIpiToIrqHandler(id, named(`${ipi}${id}`)), ipi);
    // As Linux does: with FIFO there is no need for it, and it stays free for programs (xen_smp_intr_init).
    if (domain.fifo === undefined) {
      must(kernel.bindVirqToIrqHandler(VIRQ_DEBUG, id, named(`debug${id}`)), 'debug');
    }
  }
  if (!initialDomain) {
    must(kernel.bindEvtchnToIrqHandler(1, named('xenbus')), 'xenbus');
    must(kernel.bindEvtchnToIrqHandler(2, named('hvc_console')), 'hvc_console');
    return;
  }
  must(kernel.bindVirqToIrqHandler(VIRQ_CONSOLE, 0, named('hvc_console')), 'hvc_console');
  must(kernel.bindVirqToIrqHandler(VIRQ_PCPU_STATE, 0, named('xen-pcpu')), 'xen-pcpu');
  must(kernel.bindVirqToIrqHandler(VIRQ_ARCH_0, 0, named('mce')), 'mce');
  for (const pirq of DOM0_PIRQS) {
    if (!domain.pirqToPort.has(pirq)) continue;
    must(kernel.bindPirqToIrqHandler(pirq, named(`pirq${pirq}`)), 'pirq');
  }
  const port = xen.allocUnbound(domain, DOMID_SELF, DOMID_SELF);
  must(port, 'xenstore');
  must(kernel.bindEvtchnToIrqHandler(port, named('xenbus')), 'xenbus');
}

/** A kernel handler of which only the binding matters here. */
function named(name: string): InterruptHandler {
  return { name, interrupt() {} };
}

function must(result: number, what: string): void {
  if (result < 0) {
    throw new RangeError(
      `the kernel's own channel "${what}" could not be bound (${result}): give the domain more ports or no kernel channels`,
    );
  }
}
