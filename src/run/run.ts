import { EPERM } from '../abi/errno.js';
import { errorText } from '../errors/error-text.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { bindMount, setPropagation } from '../native/mount.js';
import { MountNamespace, unshareMounts } from '../native/namespace.js';
import { deathSignalCommand } from './death-signal.js';
import type { DeviceAccess } from './device-access.js';
import type { DeviceSource } from './device-source.js';
import { DEVICE, makeRoomForDevice } from './device-view.js';
import { STATUS_FAILED } from './exit-status.js';
import { forwardSignals } from './forwarded-signals.js';
import { passDescriptorsOn } from './inherited-descriptors.js';
import { joinCuseHost, joinHost } from './joined-host.js';

import { startPrivateCuseHost, startPrivateHost } from './private-host.js';
import type { Program } from './program.js';
import { ProgramGroup } from './program-group.js';
import type { RunFaults, RunFaultsRequest } from './run-faults.js';
import type { RunTrace, RunTraceRequest } from './run-trace.js';
import { Stage } from './stage.js';
import { enterUserNamespace, mayMount } from './user-namespace.js';

/** What `xen-evtchn run` is to do. */
export interface RunRequest {
  /** At least one. */
  readonly programs: readonly [Program, ...Program[]];
  /** Where the host is served that the programs join; a private one is started unless given. */
  readonly host?: string;
  /** Whether the devices are character devices, by CUSE. */
  readonly cuse: boolean;
  /** Who may open the devices of a private host. */
  readonly access: DeviceAccess;
  /** Every step of every event on the host is written there, while the programs run. */
  readonly trace?: RunTraceRequest;
  /** The faults that a private host is to show. */
  readonly faults?: RunFaultsRequest;
}

/**
 * Runs programs, each with the device of its domain at /dev/xen/evtchn in a mount namespace of its own. The process that
 * calls it is given over to that: its main thread changes namespaces, its signals go to the programs. Everything is mounted
 * before the first program starts, and nothing of it is seen outside: whatever ends the process leaves nothing behind.
 * @returns the exit status: 0, or of the first program that failed, or 125 if the devices failed meanwhile, or all programs
 * ended with 0 and the trace or the list of faults could not be written
 * @throws (rejects) Error when nothing could be started
 */
export async function run(request: RunRequest): Promise<number> {
  if (!mayMount()) {
    checkCuseAllowed(request);
    enterUserNamespace(request.host === undefined);
  }
  passDescriptorsOn(false);
  const faults = request.faults && (await prepareFaults(request.faults));
  const startTrace = request.trace && (await prepareTrace(request.trace));
  unshareMounts();
  setPropagation('slave');
  const { source, views } = await prepare(request);
  const trace = await startTrace?.(source.tree!);
  return await supervise(request.programs, source, views, { trace, faults });
}

/** What is told of a run besides what its programs say. */
interface Accounts {
  readonly trace: RunTrace | undefined;
  readonly faults: RunFaults | undefined;
}

async function prepareFaults(request: RunFaultsRequest): Promise<RunFaults> {
  const { RunFaults } = await import('./run-faults.js');
  return new RunFaults(request);
}

/** Opens the file of a trace, before anything that it could be refused for too late. @returns starts it, on a host's tree */
async function prepareTrace({ path, format }: RunTraceRequest) {
  const { RunTrace } = await import('./run-trace.js');
  const { fileTraceOutput } = await import('../watch/trace-output.js');
  const output = await fileTraceOutput(path);
  return (tree: string) => RunTrace.start(format, output, tree);
}

/** Makes the host, and a mount namespace for every domain. */
async function prepare(request: RunRequest) {
  const domains = [...new Set(request.programs.map(({ domain }) => domain))];
  const base = MountNamespace.current();
  const stage = new Stage();
  try {
    const starting = startSource(request, stage, domains);
    // The error is thrown below; it may come before anybody waits for it.
    starting.catch(() => {});
    makeRoomForDevice(stage);
    const source = await starting;
    const views = new Map(domains.map((domain) => [domain, makeView(base, source, domain, stage)]));
    return { source, views };
  } finally {
    base.enter();
    base.close();
    stage.remove();
  }
}

/** @throws EvtchnError if character devices are wanted that an ordinary user cannot have */
function checkCuseAllowed({ cuse, host }: RunRequest): void {
  if (!cuse || host !== undefined) return;
  const advice =
    'only root can make devices: be root, do without --cuse, or join a host that is served with --cuse';
  throw new EvtchnError('run --cuse', EPERM, advice);
}

async function startSource(
  { host, cuse, access, faults }: RunRequest,
  stage: Stage,
  domains: readonly number[],
): Promise<DeviceSource> {
  if (host !== undefined) return cuse ? joinCuseHost(host, domains) : joinHost(host, domains);
  // Node starts no thread in a directory that was removed. The programs start where we were.
  process.chdir('/');
  if (cuse) return startPrivateCuseHost(stage.directory('devices'), domains, access);
  return startPrivateHost(stage.directory('host'), domains, access, faults?.request);
}

/** A copy of a mount namespace in which the device is a domain's. */
function makeView(
  base: MountNamespace,
  source: DeviceSource,
  domain: number,
  stage: Stage,
): MountNamespace {
  base.enter();
  unshareMounts();
  bindMount(source.device(domain), DEVICE);
  stage.unmount();
  return MountNamespace.current();
}

async function supervise(
  programs: readonly Program[],
  source: DeviceSource,
  views: ReadonlyMap<number, MountNamespace>,
  { trace, faults }: Accounts,
): Promise<number> {
  const group = new ProgramGroup();
  forwardSignals((signal) => group.signal(signal));
  source.ended.catch((error: unknown) => group.fail(`the device failed: ${errorText(error)}`));
  const running = group.run(programs, {
    enter: (domain) => views.get(domain)?.enter(),
    wrapper: deathSignalCommand(),
    ...(faults === undefined ? {} : { lost: () => faults.lost(source.tree!) }),
  });
  for (const view of views.values()) view.close();
  const status = await running;
  // Before the host goes: its last records are still with it.
  const told = faults === undefined || (await faults.end(source.tree!, status !== 0));
  const traced = trace === undefined || (await trace.end());
  // A program may have failed because the device did, and have been the first to be heard of.
  if (status !== 0) await source.stop().catch(() => {});
  return group.status === 0 && !(told && traced) ? STATUS_FAILED : group.status;
}
