import { virqName } from '../abi/virq.js';
import { faultDetail } from '../faults/fault-detail.js';
import { raisesEvent } from '../trace/fault-name.js';
import type {
  ChannelCloseRecord,
  FaultRecord,
  IoctlRecord,
  SetPendingRecord,
  TraceRecord,
} from '../trace/trace-record.js';
import { callResult, fieldsText, hypercallResult, portsText } from './result-text.js';
import { channelText, processName, type TraceNames } from './trace-names.js';

/** Ioctls that have no argument. */
const WITHOUT_ARGUMENT: ReadonlySet<string> = new Set(['IOCTL_EVTCHN_RESET']);

/** What is known of a record from those around it. */
export interface RecordContext {
  readonly names: TraceNames;
  readonly before: TraceRecord | undefined;
  readonly after: TraceRecord | undefined;
  /** Of a write: the ports that it re-enabled. */
  readonly enabled: readonly number[];
}

/** Who does what a record tells of: the process of an open file, the kernel or program of a guest, or Xen. */
export function actorText(record: TraceRecord, names: TraceNames): string {
  if (record.type === 'open') return processName(record.name, record.pid);
  if (record.type === 'fault') return 'fault';
  if ('file' in record) return names.process(record.file);
  switch (record.type) {
    case 'hypercall':
    case 'upcall':
    case 'deferred-eoi':
    case 'deferred-eoi-end':
      return 'guest';
    default:
      return 'xen';
  }
}

/**
 * What a record tells, in a line: `read({14}) = 4` for a call, with its result as strace has it; for a step that is no call
 * the step, behind `--`: `-- port 14 <- dom7:9, pending`.
 */
export function recordText(record: TraceRecord, context: RecordContext): string {
  switch (record.type) {
    case 'hypercall':
      return `${record.op}(${fieldsText(record.args)}) = ${hypercallResult(record.result)}`;
    case 'ioctl':
      return ioctlText(record);
    case 'read':
      return `read(${record.result < 0 ? '' : portsText(record.ports)}) = ${callResult(record.result)}`;
    case 'write': {
      const { enabled } = context;
      const others = (Math.max(0, record.result) >>> 2) - enabled.length;
      const ports = record.result < 0 ? '' : portsText(enabled, Math.max(0, others));
      return `write(${ports}) = ${callResult(record.result)}`;
    }
    case 'open':
      return `open("/dev/xen/evtchn") = file ${record.file}`;
    case 'release':
      return `close(file ${record.file}) = 0`;
    default:
      return `-- ${stepText(record, context)}`;
  }
}

type Step = Exclude<
  TraceRecord,
  { type: 'hypercall' | 'ioctl' | 'read' | 'write' | 'open' | 'release' }
>;

function stepText(record: Step, context: RecordContext): string {
  switch (record.type) {
    case 'domain-create':
      return 'domain created';
    case 'domain-destroy':
      return `domain destroyed, ${record.closed} channels closed with it`;
    case 'channel-open':
      return `port ${record.port} opened: ${channelText(record)}`;
    case 'channel-close':
      return closeText(record);
    case 'virq': {
      const lands = record.port === 0 ? 'bound nowhere, lost' : `port ${record.port}`;
      return `${virqName(record.virq)} on vcpu ${record.vcpu} -> ${lands}`;
    }
    case 'set-pending':
      return pendingText(record, context);
    case 'upcall':
      return `upcall on vcpu ${record.vcpu}`;
    case 'interrupt':
      return `port ${record.port} -> ring, ${record.queued} in it${record.woke ? ', readers woken' : ''}`;
    case 'overflow':
      return `port ${record.port} -> ring full, OVERFLOW: lost, and reads fail until a reset`;
    case 'eoi':
      return `port ${record.port} enabled`;
    case 'deferred-eoi':
      return `port ${record.port} stays masked, its EOI is put off to jiffy ${record.until}`;
    case 'deferred-eoi-end':
      return `port ${record.port} opens, the EOI that was put off is done`;
    case 'bind':
      return `port ${record.port} bound to file ${record.file}`;
    case 'unbind':
      return `port ${record.port} unbound from file ${record.file}`;
    case 'fault':
      return faultText(record);
    default: {
      const overflow = record.overflowed ? ', overflow cleared' : '';
      return `ring emptied, ${record.dropped} unread thrown away${overflow}`;
    }
  }
}

/** `fault 4711: delay of port 14, 7`, as its record has it. */
function faultText({ number, fault, port, value }: FaultRecord): string {
  const where = port === 0 ? '' : ` of port ${port}`;
  return `fault ${number}: ${fault}${where}, ${faultDetail(fault, value)}`;
}

function ioctlText({ command, args, result }: IoctlRecord): string {
  const argument = WITHOUT_ARGUMENT.has(command) ? '' : `, ${fieldsText(args)}`;
  return `ioctl(${command}${argument}) = ${callResult(result)}`;
}

function closeText({ port, peer }: ChannelCloseRecord): string {
  if (peer === undefined) return `port ${port} closed`;
  return `port ${port} closed, its peer dom${peer.domid}:${peer.port} has none any more`;
}

function pendingText(record: SetPendingRecord, context: RecordContext): string {
  const { port, coalesced, masked } = record;
  const state = [coalesced ? 'pending (merged)' : 'pending', ...(masked ? ['masked'] : [])];
  return `port ${port}${causeText(record, context)} ${state.join(', ')}`;
}

function causeText(
  { domid, port }: SetPendingRecord,
  { names, before, after }: RecordContext,
): string {
  if (before?.type === 'virq' && before.domid === domid && before.port === port) {
    return ` <- ${virqName(before.virq)}`;
  }
  if (before?.type === 'fault' && before.domid === domid && before.port === port) {
    if (raisesEvent(before.fault)) return ` <- fault ${before.number}`;
  }
  if (after?.type !== 'hypercall') return '';
  const { op, args, result } = after;
  if (op === 'EVTCHNOP_bind_interdomain' && result === port) return ' <- its bind';
  if (op !== 'EVTCHNOP_send' || result !== 0) return '';
  const channel = names.channel(domid, port);
  const sender =
    channel?.state === 'interdomain'
      ? channel.remote === after.domid && channel.remotePort === args.port
      : channel === undefined || channel.state === 'ipi';
  return sender ? ` <- dom${after.domid}:${args.port}` : '';
}
