import type { EventAbi } from '../hypervisor/port-ops.js';
import type { LateEoiParameters } from './late-eoi.js';

/** How a guest kernel is set up. */
export interface KernelOptions {
  /** The event-channel ABI it chooses; Linux takes FIFO where Xen has it. */
  readonly abi?: EventAbi;
  /** Storm brake and spurious back-off; Debian's values where not given. */
  readonly lateEoi?: Partial<LateEoiParameters>;
}
