/**
 * xen-evtchn where there are no device files, such as in a browser: the Xen event-channel device and everything it stands
 * on, embedded.
 *
 * Start with {@link XenHost}: it makes domains, each of which opens {@link Evtchn} handles.
 *
 * @packageDocumentation
 */
export * from './abi/domid.js';
export * from './abi/errno.js';
export * from './abi/event-channel.js';
export * from './abi/evtchn-ioctl-structs.js';
export * from './abi/fcntl.js';
export * from './abi/fifo.js';
export * from './abi/hypercall.js';
export * from './abi/ioctl.js';
export * from './abi/page.js';
export * from './abi/poll.js';
export * from './abi/signal.js';
export * from './abi/struct.js';
export * from './abi/two-level.js';
export * from './abi/virq.js';
export type { EvtchnChannel } from './client/channel.js';
export type { Evtchn, EvtchnKind } from './client/evtchn.js';
export { openEvtchn } from './client/open-evtchn.js';
export type {
  EvtchnDomain,
  OpenDescriptor,
  OpenDeviceFile,
  OpenEmbedded,
  OpenEvtchnOptions,
} from './client/open-options.js';
export type { WaitOptions } from './client/wait-options.js';
export type { Clock, Timer } from './clock/clock.js';
export { ManualClock } from './clock/manual-clock.js';
export { SystemClock, type TimerPlatform } from './clock/system-clock.js';
export type { EvtchnDriver, EvtchnDriverOptions } from './devices/evtchn/driver.js';
export type { OpenFile } from './devices/evtchn/open-file.js';
export { EvtchnError } from './errors/evtchn-error.js';
export type * from './event-paths/event-path.js';
export { EventPaths } from './event-paths/event-paths.js';
export { PathSampler, type SampledRecords } from './event-paths/path-sampler.js';
export type { InterruptHandler } from './guest/irq-table.js';
export type { GuestKernel } from './guest/kernel.js';
export type { KernelOptions } from './guest/kernel-options.js';
export { DEFAULT_LATE_EOI, type LateEoiParameters } from './guest/late-eoi.js';
export {
  type EmbeddedOpenOptions,
  EVTCHN_PATH,
  type GuestOptions,
  type HostDomain,
  type OpenOptions,
} from './host/host-domain.js';
export type { Hypercalls, SchedPollOptions } from './host/hypercalls.js';
export { type DomainOptions, XenHost, type XenHostOptions } from './host/xen-host.js';
export type { ChannelStatus } from './hypervisor/channel-status.js';
export type { Delivery } from './hypervisor/hypervisor.js';
export type { EventAbi } from './hypervisor/port-ops.js';
export { LifeCycleChecker, type LifeCycleOptions } from './life-cycle/life-cycle.js';
export * from './life-cycle/life-cycle-violation.js';
export { metricsText } from './metrics/metrics-text.js';
export { formatAge } from './snapshot/age.js';
export { explain } from './snapshot/explain.js';
export type { Explanation, Verdict } from './snapshot/explanation.js';
export type { FileWaiters } from './snapshot/file-snapshot.js';
export type * from './snapshot/host-snapshot.js';
export { parseSnapshot, snapshotText } from './snapshot/snapshot-text.js';
export { type StuckPort, stuckPorts } from './snapshot/stuck-ports.js';
export { type TakeSnapshotOptions, takeSnapshot } from './snapshot/take-snapshot.js';
export { ChannelStatistics, type DomainEnd } from './statistics/channel-statistics.js';
export type { Counters } from './statistics/counters.js';
export { LATENCY_BOUNDS, type LatencyHistogram } from './statistics/histogram.js';
export { FAULT_NAMES, type FaultName } from './trace/fault-name.js';
export type { TraceProbe } from './trace/probe.js';
export type { TraceBatch } from './trace/trace-batch.js';
export type * from './trace/trace-record.js';
export type { TraceSink } from './trace/trace-sink.js';
export { ChromeFormat } from './trace-formats/chrome-format.js';
export * from './trace-formats/json-lines.js';
export { type RecordedTrace, readJsonLines } from './trace-formats/json-lines-reader.js';
export { TextFormat, type TextFormatOptions } from './trace-formats/text-format.js';
export type * from './trace-formats/trace-format.js';
export type { AbortSignalLike } from './vfs/abort-signal.js';
export { pollBlocking, readBlocking, readvBlocking } from './vfs/blocking.js';
export { DescriptorTable } from './vfs/descriptor-table.js';
export { type EpollEvent, EventPoll, type Pollable } from './vfs/event-poll.js';
export type { SignalInfo, SignalOwner } from './vfs/fasync.js';
export { File, type IoVector } from './vfs/file.js';
export type { FileOperations } from './vfs/file-operations.js';
export type { UserMemory } from './vfs/user-memory.js';
export type { Waiter, WaitQueue } from './vfs/wait-queue.js';
