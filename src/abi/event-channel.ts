/**
 * The event-channel hypercall: operation numbers, channel states, and the argument of each
 * operation as x86-64 lays it out. Mirrors Xen's `public/event_channel.h`. Each layout has the name
 * of its C struct in camel case. Domids are u16; ports, vCPUs, VIRQs and pirqs are u32.
 */

import { defineStruct, type StructFields, type StructLayout } from './struct.js';

/** Argument of bind_interdomain. In: remoteDom, remotePort. Out: localPort. 12 bytes. */
export const evtchnBindInterdomain = defineStruct('evtchn_bind_interdomain', 12, {
  remoteDom: ['u16', 0],
  remotePort: ['u32', 4],
  localPort: ['u32', 8],
});

/** Argument of bind_virq. In: virq, vcpu. Out: port. 12 bytes. */
export const evtchnBindVirq = defineStruct('evtchn_bind_virq', 12, {
  virq: ['u32', 0],
  vcpu: ['u32', 4],
  port: ['u32', 8],
});

/** Argument of bind_pirq. In: pirq, flags ({@link BIND_PIRQ__WILL_SHARE}). Out: port. 12 bytes. */
export const evtchnBindPirq = defineStruct('evtchn_bind_pirq', 12, {
  pirq: ['u32', 0],
  flags: ['u32', 4],
  port: ['u32', 8],
});

/** Argument of close. In: port. 4 bytes. */
export const evtchnClose = defineStruct('evtchn_close', 4, {
  port: ['u32', 0],
});

/** Argument of send. In: port. 4 bytes. */
export const evtchnSend = defineStruct('evtchn_send', 4, {
  port: ['u32', 0],
});

/**
 * Argument of status. In: dom, port. Out: status (an EVTCHNSTAT), vcpu, and a union at byte 16 of
 * which the status says what holds: unboundDom, interdomainDom and interdomainPort, pirq, or virq.
 * 24 bytes.
 */
export const evtchnStatus = defineStruct('evtchn_status', 24, {
  dom: ['u16', 0],
  port: ['u32', 4],
  status: ['u32', 8],
  vcpu: ['u32', 12],
  unboundDom: ['u16', 16],
  interdomainDom: ['u16', 16],
  interdomainPort: ['u32', 20],
  pirq: ['u32', 16],
  virq: ['u32', 16],
});

/** Argument of alloc_unbound. In: dom (the owner), remoteDom (who may bind). Out: port. 8 bytes. */
export const evtchnAllocUnbound = defineStruct('evtchn_alloc_unbound', 8, {
  dom: ['u16', 0],
  remoteDom: ['u16', 2],
  port: ['u32', 4],
});

/** Argument of bind_ipi. In: vcpu. Out: port. 8 bytes. */
export const evtchnBindIpi = defineStruct('evtchn_bind_ipi', 8, {
  vcpu: ['u32', 0],
  port: ['u32', 4],
});

/** Argument of bind_vcpu. In: port, vcpu. 8 bytes. */
export const evtchnBindVcpu = defineStruct('evtchn_bind_vcpu', 8, {
  port: ['u32', 0],
  vcpu: ['u32', 4],
});

/** Argument of unmask. In: port. 4 bytes. */
export const evtchnUnmask = defineStruct('evtchn_unmask', 4, {
  port: ['u32', 0],
});

/** Argument of reset and reset_cont. In: dom. 2 bytes. */
export const evtchnReset = defineStruct('evtchn_reset', 2, {
  dom: ['u16', 0],
});

/**
 * Argument of init_control. In: controlGfn (guest frame of the control block's page), offset (bytes
 * into it), vcpu. Out: linkBits. 24 bytes, the last 7 of them padding.
 */
export const evtchnInitControl = defineStruct('evtchn_init_control', 24, {
  controlGfn: ['u64', 0],
  offset: ['u32', 8],
  vcpu: ['u32', 12],
  linkBits: ['u8', 16],
});

/** Argument of expand_array. In: arrayGfn (guest frame of the new page). 8 bytes. */
export const evtchnExpandArray = defineStruct('evtchn_expand_array', 8, {
  arrayGfn: ['u64', 0],
});

/** Argument of set_priority. In: port, priority (0 first .. 15 last). 8 bytes. */
export const evtchnSetPriority = defineStruct('evtchn_set_priority', 8, {
  port: ['u32', 0],
  priority: ['u32', 4],
});

/** Flag of bind_pirq: the interrupt may be shared with other domains. */
export const BIND_PIRQ__WILL_SHARE = 1;

/** One row of {@link EVTCHNOPS}. */
export interface EvtchnOp {
  /** The number handed to the hypercall, 0..14. */
  readonly op: number;
  /** The name as the header spells it, for example `'EVTCHNOP_bind_virq'`. */
  readonly name: string;
  /** Layout of the argument. */
  readonly struct: StructLayout<StructFields>;
}

/** The one table of operations, by the part of the name after `EVTCHNOP_`. */
const EVTCHNOP_ROWS = {
  bind_interdomain: [0, evtchnBindInterdomain],
  bind_virq: [1, evtchnBindVirq],
  bind_pirq: [2, evtchnBindPirq],
  close: [3, evtchnClose],
  send: [4, evtchnSend],
  status: [5, evtchnStatus],
  alloc_unbound: [6, evtchnAllocUnbound],
  bind_ipi: [7, evtchnBindIpi],
  bind_vcpu: [8, evtchnBindVcpu],
  unmask: [9, evtchnUnmask],
  reset: [10, evtchnReset],
  init_control: [11, evtchnInitControl],
  expand_array: [12, evtchnExpandArray],
  set_priority: [13, evtchnSetPriority],
  reset_cont: [14, evtchnReset],
} as const;

/** Every operation, at the index of its number; frozen. */
export const EVTCHNOPS: readonly EvtchnOp[] = Object.freeze(
  Object.entries(EVTCHNOP_ROWS).map(([name, [op, struct]]) =>
    Object.freeze({ op, name: `EVTCHNOP_${name}`, struct }),
  ),
);

/** Bind a new port to an unbound one of another domain. Argument: evtchn_bind_interdomain. */
export const EVTCHNOP_BIND_INTERDOMAIN = EVTCHNOP_ROWS.bind_interdomain[0];

/** Bind a new port to a VIRQ of a vCPU. Argument: evtchn_bind_virq. */
export const EVTCHNOP_BIND_VIRQ = EVTCHNOP_ROWS.bind_virq[0];

/** Bind a new port to a physical interrupt. Argument: evtchn_bind_pirq. */
export const EVTCHNOP_BIND_PIRQ = EVTCHNOP_ROWS.bind_pirq[0];

/** Close a port; a connected peer becomes unbound. Argument: evtchn_close. */
export const EVTCHNOP_CLOSE = EVTCHNOP_ROWS.close[0];

/** Send an event to the other end of a port. Argument: evtchn_send. */
export const EVTCHNOP_SEND = EVTCHNOP_ROWS.send[0];

/** Ask for a port's state. Argument: evtchn_status. */
export const EVTCHNOP_STATUS = EVTCHNOP_ROWS.status[0];

/** Make a port another domain can bind to. Argument: evtchn_alloc_unbound. */
export const EVTCHNOP_ALLOC_UNBOUND = EVTCHNOP_ROWS.alloc_unbound[0];

/** Make a port a vCPU can be interrupted through by the same domain. Argument: evtchn_bind_ipi. */
export const EVTCHNOP_BIND_IPI = EVTCHNOP_ROWS.bind_ipi[0];

/** Choose the vCPU a port's events go to. Argument: evtchn_bind_vcpu. */
export const EVTCHNOP_BIND_VCPU = EVTCHNOP_ROWS.bind_vcpu[0];

/** Clear a port's mask, delivering what is pending. Argument: evtchn_unmask. */
export const EVTCHNOP_UNMASK = EVTCHNOP_ROWS.unmask[0];

/** Close all ports of a domain. Argument: evtchn_reset. */
export const EVTCHNOP_RESET = EVTCHNOP_ROWS.reset[0];

/** Give Xen the FIFO control block of a vCPU. Argument: evtchn_init_control. */
export const EVTCHNOP_INIT_CONTROL = EVTCHNOP_ROWS.init_control[0];

/** Give Xen one more page of FIFO event words. Argument: evtchn_expand_array. */
export const EVTCHNOP_EXPAND_ARRAY = EVTCHNOP_ROWS.expand_array[0];

/** Set the priority of a FIFO port. Argument: evtchn_set_priority. */
export const EVTCHNOP_SET_PRIORITY = EVTCHNOP_ROWS.set_priority[0];

/** Xen's own continuation of reset; not for guests. Argument: evtchn_reset. */
export const EVTCHNOP_RESET_CONT = EVTCHNOP_ROWS.reset_cont[0];

/**
 * The name of an operation.
 *
 * @param op - any number
 * @returns the name as the header spells it; `EVTCHNOP_` and the number if there is none
 */
export function evtchnopName(op: number): string {
  return EVTCHNOPS[op]?.name ?? `EVTCHNOP_${op}`;
}

/** Channel state: not in use (or port 0). */
export const EVTCHNSTAT_CLOSED = 0;

/** Channel state: waits for a domain to bind to it. */
export const EVTCHNSTAT_UNBOUND = 1;

/** Channel state: connected to a port of a domain. */
export const EVTCHNSTAT_INTERDOMAIN = 2;

/** Channel state: bound to a physical interrupt. */
export const EVTCHNSTAT_PIRQ = 3;

/** Channel state: bound to a VIRQ. */
export const EVTCHNSTAT_VIRQ = 4;

/** Channel state: bound for interrupts between vCPUs. */
export const EVTCHNSTAT_IPI = 5;
