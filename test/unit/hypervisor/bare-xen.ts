import type { Domain, DomainConfig } from '../../../src/hypervisor/domain.js';
import { type Delivery, Hypervisor } from '../../../src/hypervisor/hypervisor.js';
import { RecordProbe } from '../../../src/trace/record-probe.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { Tracepoints } from '../../../src/trace/tracepoints.js';

/** A hypervisor without domains; with `records`, traced into them. */
export function bareXen(delivery: Delivery = 'immediate', records?: TraceRecord[]): Hypervisor {
  const trace = new Tracepoints();
  if (records !== undefined) {
    trace.attach(new RecordProbe({ record: (record) => records.push(record) }, () => 0));
  }
  return new Hypervisor(trace, delivery);
}

/** A domain in which nothing runs: one vCPU, no cap on ports, no physical interrupts. */
export function bareDomain(xen: Hypervisor, config: Partial<DomainConfig> = {}): Domain {
  const domain = xen.createDomain({
    domid: 0,
    vcpus: 1,
    maxEvtchnPort: 0x7fffffff,
    privileged: false,
    nrPirqs: 0,
    pirqs: [],
    paused: false,
    ...config,
  });
  if (typeof domain === 'number') throw new Error(`no domain: ${domain}`);
  return domain;
}
