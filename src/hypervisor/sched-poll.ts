import { EINVAL } from '../abi/errno.js';
import { SCHEDOP_POLL_MAX_PORTS } from '../abi/hypercall.js';
import { TRACE_SCHEDOP_POLL } from '../trace/hypercall-names.js';
import type { Domain } from './domain.js';

/** {@link startSchedPoll} answers this when the vCPU blocks. */
export const POLL_BLOCKED = 1;

/**
 * SCHEDOP_poll (`do_poll`, xen/common/sched/core.c): a vCPU waits until one of its ports is pending, masked or not. The
 * waiting itself and the timeout are the caller's; it ends by `wake`, or by the vCPU's `stopPolling`.
 *
 * As Xen does: with one port only that port wakes; with none or several any port of the domain does that becomes pending,
 * so the caller looks again.
 *
 * @param vcpu - number of an existing vCPU
 * @param wake - called once, when an event ends the wait
 * @returns 0 at once if an upcall is deliverable or a listed port is pending; {@link POLL_BLOCKED}; -EINVAL for more than
 * 128 ports or one that is not in use
 */
export function startSchedPoll(
  domain: Domain,
  vcpu: number,
  ports: readonly number[],
  wake: () => void,
): number {
  const rc = check(domain, vcpu, ports);
  domain.trace.probe?.hypercall(domain.id, TRACE_SCHEDOP_POLL, ports.length, 0, 0, rc);
  if (rc !== POLL_BLOCKED) return rc;
  domain.vcpus[vcpu]!.startPolling(ports.length === 1 ? ports[0]! : 0, wake);
  return POLL_BLOCKED;
}

function check(domain: Domain, vcpu: number, ports: readonly number[]): number {
  if (ports.length > SCHEDOP_POLL_MAX_PORTS) return -EINVAL;
  if (domain.vcpus[vcpu]!.eventsNeedDelivery) return 0;
  for (const port of ports) {
    if (!domain.validPort(port) || !domain.channels.usable(port)) return -EINVAL;
    if (domain.ports.isPending(port)) return 0;
  }
  return POLL_BLOCKED;
}
