import { EFAULT, ENOSYS } from '../abi/errno.js';
import {
  EVTCHNOP_ALLOC_UNBOUND,
  EVTCHNOP_BIND_INTERDOMAIN,
  EVTCHNOP_BIND_IPI,
  EVTCHNOP_BIND_PIRQ,
  EVTCHNOP_BIND_VCPU,
  EVTCHNOP_BIND_VIRQ,
  EVTCHNOP_CLOSE,
  EVTCHNOP_EXPAND_ARRAY,
  EVTCHNOP_INIT_CONTROL,
  EVTCHNOP_RESET,
  EVTCHNOP_RESET_CONT,
  EVTCHNOP_SEND,
  EVTCHNOP_SET_PRIORITY,
  EVTCHNOP_STATUS,
  EVTCHNOP_UNMASK,
  evtchnAllocUnbound,
  evtchnBindInterdomain,
  evtchnBindIpi,
  evtchnBindPirq,
  evtchnBindVcpu,
  evtchnBindVirq,
  evtchnClose,
  evtchnExpandArray,
  evtchnInitControl,
  evtchnReset,
  evtchnSend,
  evtchnSetPriority,
  evtchnStatus,
  evtchnUnmask,
} from '../abi/event-channel.js';
import { EVTCHN_FIFO_LINK_BITS } from '../abi/fifo.js';
import type { StructFields, StructLayout, StructValues } from '../abi/struct.js';
import type { Domain } from './domain.js';
import type { EventChannelOps } from './event-channel-ops.js';

/** One operation on its argument structure in place. */
interface Operation {
  readonly size: number;
  run(ops: EventChannelOps, caller: Domain, arg: Uint8Array): number;
}

/** Runs a bind and stores the port it returns into the structure's field for it. */
function storingPort<Fields extends StructFields>(
  layout: StructLayout<Fields>,
  field: keyof Fields,
  bind: (ops: EventChannelOps, caller: Domain, arg: StructValues<Fields>) => number,
): Operation {
  return {
    size: layout.size,
    run(ops, caller, arg) {
      const port = bind(ops, caller, layout.decode(arg));
      if (port < 0) return port;
      const [, offset] = layout.fields[field]!;
      new DataView(arg.buffer, arg.byteOffset, arg.byteLength).setUint32(offset, port, true);
      return 0;
    },
  };
}

/** Runs an operation that only reads its structure. */
function reading<Fields extends StructFields>(
  layout: StructLayout<Fields>,
  run: (ops: EventChannelOps, caller: Domain, arg: StructValues<Fields>) => number,
): Operation {
  return { size: layout.size, run: (ops, caller, arg) => run(ops, caller, layout.decode(arg)) };
}

/** Frame numbers beyond what a number holds exactly name no memory either. */
function gfnOf(gfn: bigint): number {
  return Number(gfn);
}

function status(ops: EventChannelOps, caller: Domain, arg: Uint8Array): number {
  const values = evtchnStatus.decode(arg);
  const found = ops.status(caller, values.dom, values.port);
  if (typeof found === 'number') return found;
  const view = new DataView(arg.buffer, arg.byteOffset, arg.byteLength);
  view.setUint32(evtchnStatus.fields.status[1], found.status, true);
  view.setUint32(evtchnStatus.fields.vcpu[1], found.vcpu, true);
  // The union of the header: one member for each state.
  const { unboundDom, interdomainPort, virq } = evtchnStatus.fields;
  if (found.dom !== undefined) view.setUint16(unboundDom[1], found.dom, true);
  if (found.port !== undefined) view.setUint32(interdomainPort[1], found.port, true);
  if (found.nr !== undefined) view.setUint32(virq[1], found.nr, true);
  return 0;
}

const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [
    EVTCHNOP_BIND_INTERDOMAIN,
    storingPort(evtchnBindInterdomain, 'localPort', (ops, caller, arg) =>
      ops.bindInterdomain(caller, arg.remoteDom, arg.remotePort),
    ),
  ],
  [
    EVTCHNOP_BIND_VIRQ,
    storingPort(evtchnBindVirq, 'port', (ops, caller, arg) =>
      ops.bindVirq(caller, arg.virq, arg.vcpu),
    ),
  ],
  [
    EVTCHNOP_BIND_PIRQ,
    storingPort(evtchnBindPirq, 'port', (ops, caller, arg) =>
      ops.bindPirq(caller, arg.pirq, arg.flags),
    ),
  ],
  [EVTCHNOP_CLOSE, reading(evtchnClose, (ops, caller, arg) => ops.close(caller, arg.port))],
  [EVTCHNOP_SEND, reading(evtchnSend, (ops, caller, arg) => ops.send(caller, arg.port))],
  [EVTCHNOP_STATUS, { size: evtchnStatus.size, run: status }],
  [
    EVTCHNOP_ALLOC_UNBOUND,
    storingPort(evtchnAllocUnbound, 'port', (ops, caller, arg) =>
      ops.allocUnbound(caller, arg.dom, arg.remoteDom),
    ),
  ],
  [
    EVTCHNOP_BIND_IPI,
    storingPort(evtchnBindIpi, 'port', (ops, caller, arg) => ops.bindIpi(caller, arg.vcpu)),
  ],
  [
    EVTCHNOP_BIND_VCPU,
    reading(evtchnBindVcpu, (ops, caller, arg) => ops.bindVcpu(caller, arg.port, arg.vcpu)),
  ],
  [EVTCHNOP_UNMASK, reading(evtchnUnmask, (ops, caller, arg) => ops.unmask(caller, arg.port))],
  [EVTCHNOP_RESET, reading(evtchnReset, (ops, caller, arg) => ops.reset(caller, arg.dom))],
  [EVTCHNOP_RESET_CONT, reading(evtchnReset, (ops, caller, arg) => ops.resetCont(caller, arg.dom))],
  [
    EVTCHNOP_INIT_CONTROL,
    {
      size: evtchnInitControl.size,
      run(ops, caller, arg) {
        const values = evtchnInitControl.decode(arg);
        const rc = ops.initControl(caller, gfnOf(values.controlGfn), values.offset, values.vcpu);
        if (rc === 0) evtchnInitControl.encode({ ...values, linkBits: EVTCHN_FIFO_LINK_BITS }, arg);
        return rc;
      },
    },
  ],
  [
    EVTCHNOP_EXPAND_ARRAY,
    reading(evtchnExpandArray, (ops, caller, arg) => ops.expandArray(caller, gfnOf(arg.arrayGfn))),
  ],
  [
    EVTCHNOP_SET_PRIORITY,
    reading(evtchnSetPriority, (ops, caller, arg) =>
      ops.setPriority(caller, arg.port, arg.priority),
    ),
  ],
]);

/**
 * The hypercall as a guest makes it: `HYPERVISOR_event_channel_op(cmd, arg)`, results written back into the argument
 * structure (`do_event_channel_op`, xen/common/event_channel.c).
 *
 * @param cmd - an `EVTCHNOP_*` number
 * @param arg - the guest memory the argument points to, from there on; undefined where the pointer faults
 * @returns 0; -ENOSYS for an unknown operation, before the argument is looked at; -EFAULT for memory that is missing or too
 * short; else what the operation answers
 */
export function eventChannelOp(
  ops: EventChannelOps,
  caller: Domain,
  cmd: number,
  arg: Uint8Array | undefined,
): number {
  const operation = OPERATIONS.get(cmd);
  if (operation === undefined) return -ENOSYS;
  if (arg === undefined || arg.byteLength < operation.size) return -EFAULT;
  return operation.run(ops, caller, arg);
}
