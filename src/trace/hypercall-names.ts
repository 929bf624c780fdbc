import { EVTCHNOPS } from '../abi/event-channel.js';

/** By what SCHEDOP_poll is told apart in probes; `EVTCHNOP_*` have their own numbers, 0 to 14. */
export const TRACE_SCHEDOP_POLL = 32;

/** A hypercall as traces name it. */
export interface HypercallName {
  /** The operation's name in the public header. */
  readonly name: string;
  /** Its input fields, three at most, by the header's names and in its order. */
  readonly fields: readonly string[];
}

/** Input fields by the name of the operation. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  EVTCHNOP_bind_interdomain: ['remote_dom', 'remote_port'],
  EVTCHNOP_bind_virq: ['virq', 'vcpu'],
  EVTCHNOP_bind_pirq: ['pirq', 'flags'],
  EVTCHNOP_close: ['port'],
  EVTCHNOP_send: ['port'],
  EVTCHNOP_status: ['dom', 'port'],
  EVTCHNOP_alloc_unbound: ['dom', 'remote_dom'],
  EVTCHNOP_bind_ipi: ['vcpu'],
  EVTCHNOP_bind_vcpu: ['port', 'vcpu'],
  EVTCHNOP_unmask: ['port'],
  EVTCHNOP_reset: ['dom'],
  EVTCHNOP_init_control: ['control_gfn', 'offset', 'vcpu'],
  EVTCHNOP_expand_array: ['array_gfn'],
  EVTCHNOP_set_priority: ['port', 'priority'],
  EVTCHNOP_reset_cont: ['dom'],
};

const NAMES: ReadonlyMap<number, HypercallName> = new Map([
  ...EVTCHNOPS.map(({ op, name }) => [op, { name, fields: FIELDS[name] ?? [] }] as const),
  [TRACE_SCHEDOP_POLL, { name: 'SCHEDOP_poll', fields: ['nr_ports'] }],
]);

/** How traces name a hypercall. @param op - one of `EVTCHNOP_*` or {@link TRACE_SCHEDOP_POLL} */
export function hypercallName(op: number): HypercallName {
  return NAMES.get(op) ?? { name: `hypercall ${op}`, fields: [] };
}
