import type { FaultRequest } from '../faults/fault-request.js';
import type { ListenAddress } from '../http/listen-address.js';
import { closeDescriptor } from '../native/descriptor.js';
import { closeDevices, type NamedDevice, openDevices } from '../server/cuse-devices.js';
import type { CuseDevice } from '../server/thread-message.js';
import { checkFreeForDevice, namedDevices, showDevices } from './character-devices.js';
import { prepareHostDirectory } from './host-directory.js';
import { MACHINE_DEVICE, prepareMachineDevice, showDevice } from './machine-device.js';
import { MetricsEndpoint } from './metrics-endpoint.js';
import type { Mount } from './mount-table.js';
import type { Mounter } from './mounter.js';
import { mountedHost, unmountOwn } from './own-mount.js';
import type { Place, PlaceKeeper } from './place.js';
import { type Audience, announceReady, announceStopping } from './readiness.js';
import type { StopRequest } from './stop-request.js';
import { Undo } from './undo.js';

/** What is to be served, and where. */
export interface ServeOptions {
  /** The directory to mount the host on, absolute. */
  readonly at: string;
  /** The domains to make, 0..32751 each, none twice. */
  readonly domains: readonly number[];
  /** The domain whose device is shown at `/dev/xen/evtchn` of the whole machine; one of `domains`. */
  readonly devXen: number | undefined;
  /** The directory below /dev for a character device of each of `domains`; undefined for none. */
  readonly cuse: string | undefined;
  /** Whether other users may use the host. */
  readonly allowOther: boolean;
  /** Permissions of the devices. */
  readonly deviceMode: number;
  /** Where its metrics are to be had over HTTP; nowhere unless given. */
  readonly metrics?: ListenAddress | undefined;
  /** The faults it is to show; none unless given. */
  readonly faults?: FaultRequest | undefined;
}

/** A host that answers the kernel; the one of `server/host-server.ts`. */
export interface ServedHost {
  /** Resolves when it is stopped or unmounted, rejects when it failed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts to answer on an open /dev/fuse and on those of /dev/cuse, which are the host's from then on. */
export type StartHost = (options: {
  readonly fuse: number;
  readonly cuse: readonly CuseDevice[];
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly deviceMode: number;
  readonly domains: readonly number[];
  readonly faults: FaultRequest | undefined;
}) => Promise<ServedHost>;

/** What serving needs from outside. */
export interface ServeMeans {
  readonly mounter: Mounter;
  readonly startHost: StartHost;
  readonly stop: StopRequest;
  readonly audience: Audience;
}

/** A host that is mounted and answers. */
interface MountedHost {
  readonly host: ServedHost;
  readonly mount: Mount;
}

function characterDevices({ cuse, domains, devXen }: ServeOptions): NamedDevice[] {
  return cuse === undefined ? [] : namedDevices(cuse, domains, devXen);
}

/** Mounts and starts a host on a directory that was made ready. */
async function start(
  options: ServeOptions,
  place: Place,
  { mounter, startHost }: ServeMeans,
  keeper: PlaceKeeper,
): Promise<MountedHost> {
  const cuse = openDevices(characterDevices(options));
  let fuse = -1;
  let mount: Mount;
  try {
    fuse = await mounter.mount(place.path, options.allowOther);
    mount = mountedHost(place.path, mounter);
  } catch (error) {
    closeDevices(cuse);
    closeDescriptor(fuse);
    throw error;
  }
  keeper.undo.add(() => unmountOwn(place.path, mount.device, mounter));
  const owner = { uid: process.getuid!(), gid: process.getgid!() };
  const { deviceMode, domains, faults } = options;
  const host = await startHost({ fuse, cuse, owner, deviceMode, domains, faults });
  place.release();
  return { host, mount };
}

/** What was started, and has to be stopped in the end. */
interface Started {
  host?: ServedHost;
  metrics?: MetricsEndpoint;
}

/** Mounts all there is to mount, and waits for the end. */
async function untilTheEnd(
  options: ServeOptions,
  means: ServeMeans,
  keeper: PlaceKeeper,
  started: Started,
): Promise<void> {
  const { audience, stop } = means;
  const place = await prepareHostDirectory(options.at, options.allowOther ? 0o755 : 0o700, keeper);
  const { devXen } = options;
  let devicePlace: Place | undefined;
  if (devXen !== undefined && options.cuse !== undefined) await checkFreeForDevice(MACHINE_DEVICE);
  else if (devXen !== undefined) devicePlace = await prepareMachineDevice(MACHINE_DEVICE, keeper);
  if (stop.isWished) return;
  const { host, mount } = await start(options, place, means, keeper);
  started.host = host;
  // A failure is seen where one waits for the end; it may come before.
  host.ended.catch(() => {});
  if (devicePlace !== undefined) {
    showDevice(`${place.path}/${devXen}/evtchn`, mount, devicePlace, keeper);
  }
  showDevices(characterDevices(options), options.deviceMode, keeper);
  if (options.metrics !== undefined) {
    started.metrics = await MetricsEndpoint.start(options.metrics, `${place.path}/metrics`);
  }
  if (!stop.isWished) announceReady(audience, options.at, options.domains);
  if (started.metrics !== undefined) audience.print(`metrics at ${started.metrics.url}`);
  await Promise.race([host.ended, stop.wished]);
  if (!stop.isWished) audience.say(`${options.at} was unmounted: ending`);
}

/**
 * Serves a host until it is to stop, or is unmounted by somebody else. Whatever the end is, mounts, files and directories
 * that were made here are gone after it.
 * @throws EvtchnError if it cannot be served or the server fails; nothing is left then either
 */
export async function serve(options: ServeOptions, means: ServeMeans): Promise<void> {
  const { audience, mounter, stop } = means;
  const undo = new Undo((error) => {
    audience.say(`could not clean up: ${(error as Error).message}`);
  });
  const keeper: PlaceKeeper = { say: audience.say, mounter, undo };
  const atExit = (): void => undo.run();
  process.on('exit', atExit);
  const started: Started = {};
  try {
    await untilTheEnd(options, means, keeper, started);
  } catch (error) {
    // A signal on the terminal reaches what helps to start, too: its failure is the wish itself.
    if (started.host !== undefined || !stop.isWished) throw error;
  } finally {
    if (started.host !== undefined) announceStopping(audience);
    undo.run();
    process.off('exit', atExit);
    await started.metrics?.close();
    await started.host?.stop();
  }
}
