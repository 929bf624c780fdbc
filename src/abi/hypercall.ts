/**
 * The hypercall numbers events need. Mirrors Xen's `public/xen.h` (`__HYPERVISOR_*`) and
 * `public/sched.h` (`SCHEDOP_*`).
 */

/** Hypercall number of the scheduler operations, `__HYPERVISOR_sched_op` (`public/xen.h`). */
export const HYPERVISOR_sched_op = 29;

/** Hypercall number of the `EVTCHNOP_*`, `__HYPERVISOR_event_channel_op` (`public/xen.h`). */
export const HYPERVISOR_event_channel_op = 32;

/** Sub-operation of sched_op: block until one of some ports is pending (`public/sched.h`). */
export const SCHEDOP_poll = 3;

/** The most ports one {@link SCHEDOP_poll} may name; more is EINVAL (Xen's `sched/core.c`). */
export const SCHEDOP_POLL_MAX_PORTS = 128;
