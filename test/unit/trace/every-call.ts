import { EVTCHNOP_BIND_INTERDOMAIN } from '../../../src/abi/event-channel.js';
import { IOCTL_EVTCHN_BIND_INTERDOMAIN } from '../../../src/abi/ioctl.js';
import { ECS_INTERDOMAIN } from '../../../src/hypervisor/channel-table.js';
import type { TraceProbe } from '../../../src/trace/probe.js';

/** Calls each method of a probe once, with arguments that are all different. */
export function callEach(probe: TraceProbe): void {
  probe.domainCreate(1);
  probe.domainDestroy(2, 3);
  probe.channelOpen(4, 5, ECS_INTERDOMAIN, 6, 7);
  probe.channelClose(8, 9, 10, 11);
  probe.hypercall(12, EVTCHNOP_BIND_INTERDOMAIN, 13, 14, 15, 16);
  probe.virq(17, 18, 19, 20);
  probe.setPending(21, 22, 23, true, false);
  probe.upcall(24, 25);
  probe.interrupt(26, 27, 28, 29);
  probe.read(30, 31, Uint32Array.of(32, 33, 34, 35), 36, 8);
  probe.write(37, 38, 39);
  probe.eoi(40, 41, 42);
  probe.deferredEoi(43, 44, 45);
  probe.deferredEoiEnd(46, 47);
  probe.ioctl(48, 49, IOCTL_EVTCHN_BIND_INTERDOMAIN, 50, 51, 52);
  probe.bind(53, 54, 55);
  probe.unbind(56, 57, 58);
  probe.ringReset(59, 60, 61, true);
  probe.open(62, 63, 'qemu', 64);
  probe.release(65, 66);
  probe.fault(67, 68, 3, 69, 70, -71);
}
