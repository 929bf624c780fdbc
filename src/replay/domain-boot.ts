import { DOMID_SELF } from '../abi/domid.js';
import { EINVAL, ENOENT, ENOSPC } from '../abi/errno.js';
import { VIRQ_TIMER } from '../abi/virq.js';
import type { DomainOptions } from '../host/xen-host.js';
import type { DomainSnapshot } from '../snapshot/host-snapshot.js';
import type { HypercallRecord, TraceRecord } from '../trace/trace-record.js';

/** A domain may not have fewer ports. */
const LEAST_MAX_PORT = 63;

/** How a domain was made, as a snapshot of it shows. */
export function optionsOfSnapshot(domain: DomainSnapshot): DomainOptions {
  const { domid, abi, vcpus, kernel, paused, maxPort, channels } = domain;
  const kernelChannels = channels.some(({ handler }) => handler !== undefined);
  return { domid, abi, vcpus, kernel, kernelChannels, paused, maxEvtchnPort: maxPort };
}

/** How a domain was made, as what it does behind the record of its creation shows: what its kernel binds when it boots. */
export function optionsOfBoot(records: readonly TraceRecord[], created: number): DomainOptions {
  const { domid } = records[created]!;
  const boot = bootOf(records, created);
  const controls = boot.filter(({ op }) => op === 'EVTCHNOP_init_control').length;
  const timers = boot.filter(
    ({ op, args }) => op === 'EVTCHNOP_bind_virq' && args.virq === VIRQ_TIMER,
  ).length;
  const life = new DomainLife(records, created);
  return {
    domid,
    abi: controls > 0 ? 'fifo' : 'two-level',
    vcpus: Math.max(controls, timers, life.vcpus),
    kernel: controls > 0 || timers > 0 || life.runs,
    kernelChannels: timers > 0,
    maxEvtchnPort: life.maxPort,
  };
}

/** Hypercalls that a domain made as soon as it was there. */
function bootOf(records: readonly TraceRecord[], created: number): HypercallRecord[] {
  const { domid } = records[created]!;
  const boot: HypercallRecord[] = [];
  for (let at = created + 1; at < records.length; at++) {
    const record = records[at]!;
    const boots = record.type === 'hypercall' || record.type === 'channel-open';
    if (!boots || record.domid !== domid) break;
    if (record.type === 'hypercall' && record.result >= 0) boot.push(record);
  }
  return boot;
}

/** What a domain was like that nothing says while it boots: as it comes out later, until it is destroyed. */
class DomainLife {
  /** A kernel runs in it. */
  runs = false;
  /** The vCPUs that it has at least. */
  vcpus = 1;
  /** The highest port it may have; undefined if it never came to that. */
  maxPort: number | undefined = undefined;

  constructor(records: readonly TraceRecord[], created: number) {
    const { domid } = records[created]!;
    let highest = 0;
    for (let at = created + 1; at < records.length; at++) {
      const record = records[at]!;
      if (record.type === 'hypercall' && isFull(record, domid)) {
        this.maxPort ??= Math.max(LEAST_MAX_PORT, highest);
      }
      if (record.domid !== domid) continue;
      if (record.type === 'domain-destroy') break;
      if (record.type === 'open' || record.type === 'upcall') this.runs = true;
      // Where nothing runs nobody masks.
      if (record.type === 'set-pending' && record.masked) this.runs = true;
      this.vcpus = Math.max(this.vcpus, vcpuOf(record) + 1);
      if (record.type === 'channel-open') highest = Math.max(highest, record.port);
    }
  }
}

/** A vCPU that is there, by a record of its domain. */
function vcpuOf(record: TraceRecord): number {
  if ('vcpu' in record) return record.vcpu;
  if (record.type !== 'hypercall') return 0;
  const { op, args, result } = record;
  // For a VIRQ this errno comes before the vCPU is looked at.
  const looked = result !== -ENOENT && !(op === 'EVTCHNOP_bind_virq' && result === -EINVAL);
  return looked ? (args.vcpu ?? 0) : 0;
}

/** A hypercall that found no free port in a domain. */
function isFull({ domid: caller, op, args, result }: HypercallRecord, domid: number): boolean {
  if (result !== -ENOSPC || op === 'EVTCHNOP_expand_array') return false;
  const other = op === 'EVTCHNOP_alloc_unbound' && args.dom !== DOMID_SELF;
  return (other ? args.dom : caller) === domid;
}
