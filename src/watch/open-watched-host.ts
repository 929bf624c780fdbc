import { resolve } from 'node:path';
import { defaultPlace } from '../serve/default-place.js';
import { askHostStatus, hostError } from '../serve/host-status.js';
import { hostOfProcess, hostsOfThisUser, type ProcessHost } from './process-host.js';
import { TreeHost } from './tree-host.js';
import type { HostChoice, WatchedHost } from './watched-host.js';

/**
 * Finds a served host: by its directory, by the process that serves it, or else the one that is meant if nobody says:
 * $XEN_EVTCHN_HOST, the place where `serve` serves by default, the only host of this user.
 * @throws (rejects) Error that says what is wrong with the host, or which there are to choose from
 */
export async function openWatchedHost(choice: HostChoice): Promise<WatchedHost> {
  const { host, pid } = choice;
  if (host !== undefined && pid !== undefined) {
    throw new Error('either a directory or a process, not both');
  }
  if (pid !== undefined) return new TreeHost((await hostOfProcess(pid)).place);
  const directory = host ?? (process.env.XEN_EVTCHN_HOST || undefined);
  return directory === undefined ? openUsual() : servedAt(resolve(directory));
}

/** The host in a directory. @throws (rejects) Error that says what is wrong with it */
async function servedAt(directory: string): Promise<WatchedHost> {
  await askHostStatus(directory);
  const explain = (error: unknown) => hostError(directory, error);
  return new TreeHost({ path: directory, name: directory, explain });
}

/** The host that is meant if nobody says which. */
async function openUsual(): Promise<WatchedHost> {
  const place = defaultPlace();
  let missing = 'no host is served at the default place, as there is no XDG_RUNTIME_DIR';
  if (place !== undefined) {
    try {
      return await servedAt(place);
    } catch (error) {
      missing = shortly(place, error as Error);
    }
  }
  const [only, ...others] = await hostsOfThisUser();
  if (only === undefined) throw new Error(`${missing}: start one with xen-evtchn serve`);
  if (others.length === 0) return new TreeHost(only.place);
  const list = [only, ...others].map(describe).join(', ');
  throw new Error(`${missing}; running: ${list}: say which`);
}

/** What is wrong with the default place, without what to do about it. */
function shortly(place: string, error: Error): string {
  const { message } = error;
  return message.startsWith('no host is served') ? `no host is served at ${place}` : message;
}

/** A host to choose: `--pid 812 (xen-evtchn run ./back)`. */
function describe({ pid, command }: ProcessHost): string {
  return `--pid ${pid}${command === undefined ? '' : ` (${command})`}`;
}
