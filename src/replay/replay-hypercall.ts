import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import type { Domain } from '../hypervisor/domain.js';
import type { EventChannelOps } from '../hypervisor/event-channel-ops.js';
import type { HypercallRecord } from '../trace/trace-record.js';

/** Makes a hypercall; an input field that the record does not have is 0. */
type Make = (ops: EventChannelOps, caller: Domain, field: (name: string) => number) => unknown;

/** By the operation's name. What it answers is in the record that it leaves. */
const MAKE: ReadonlyMap<string, Make> = new Map<string, Make>([
  [
    'EVTCHNOP_bind_interdomain',
    (ops, caller, field) => ops.bindInterdomain(caller, field('remote_dom'), field('remote_port')),
  ],
  [
    'EVTCHNOP_bind_virq',
    (ops, caller, field) => ops.bindVirq(caller, field('virq'), field('vcpu')),
  ],
  [
    'EVTCHNOP_bind_pirq',
    (ops, caller, field) => ops.bindPirq(caller, field('pirq'), field('flags')),
  ],
  ['EVTCHNOP_close', (ops, caller, field) => ops.close(caller, field('port'))],
  ['EVTCHNOP_send', (ops, caller, field) => ops.send(caller, field('port'))],
  ['EVTCHNOP_status', (ops, caller, field) => ops.status(caller, field('dom'), field('port'))],
  [
    'EVTCHNOP_alloc_unbound',
    (ops, caller, field) => ops.allocUnbound(caller, field('dom'), field('remote_dom')),
  ],
  ['EVTCHNOP_bind_ipi', (ops, caller, field) => ops.bindIpi(caller, field('vcpu'))],
  [
    'EVTCHNOP_bind_vcpu',
    (ops, caller, field) => ops.bindVcpu(caller, field('port'), field('vcpu')),
  ],
  ['EVTCHNOP_unmask', (ops, caller, field) => ops.unmask(caller, field('port'))],
  ['EVTCHNOP_reset', (ops, caller, field) => ops.reset(caller, field('dom'))],
  [
    'EVTCHNOP_init_control',
    (ops, caller, field) =>
      ops.initControl(caller, field('control_gfn'), field('offset'), field('vcpu')),
  ],
  ['EVTCHNOP_expand_array', (ops, caller, field) => ops.expandArray(caller, field('array_gfn'))],
  [
    'EVTCHNOP_set_priority',
    (ops, caller, field) => ops.setPriority(caller, field('port'), field('priority')),
  ],
  ['EVTCHNOP_reset_cont', (ops, caller, field) => ops.resetCont(caller, field('dom'))],
]);

/** A hypercall of which the record does not have all that it was made with, and which changes nothing: a wait for ports. */
export function isWaiting({ op }: HypercallRecord): boolean {
  return op === 'SCHEDOP_poll';
}

/**
 * Makes a hypercall again.
 * @returns false, with nothing done, for an operation that there is not
 */
export function replayHypercall(
  host: XenHost,
  caller: HostDomain,
  { op, args, result }: HypercallRecord,
): boolean {
  const make = MAKE.get(op);
  if (make === undefined) return false;
  const { xen } = caller;
  // Whether a domain is paused no record tells, but what came of its reset from outside.
  const other = op === 'EVTCHNOP_reset' ? host.domain(args.dom ?? 0) : undefined;
  if (other !== undefined && other !== caller) {
    if (result === 0 && other.xen.controllerPauseCount === 0) other.pause();
    if (result < 0) while (other.xen.controllerPauseCount > 0) other.unpause();
  }
  make(xen.hypervisor.eventChannels, xen, (name) => args[name] ?? 0);
  return true;
}
