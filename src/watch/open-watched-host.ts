import { resolve } from 'node:path';
import { defaultPlace } from '../serve/default-place.js';
import { hostError, hostStatus } from '../serve/host-status.js';
import { TreeHost } from './tree-host.js';
import type { HostChoice, WatchedHost } from './watched-host.js';

/**
 * Finds a served host.
 * @throws (rejects) Error that says what is wrong with the host, or which there are to choose from
 */
export async function openWatchedHost(choice: HostChoice): Promise<WatchedHost> {
  const host = choice.host ?? (process.env.XEN_EVTCHN_HOST || undefined) ?? defaultPlace();
  if (host === undefined) throw new Error('no host');
  return servedAt(resolve(host));
}

/** The host in a directory. */
function servedAt(directory: string): WatchedHost {
  hostStatus(directory);
  return new TreeHost({
    path: directory,
    name: directory,
    explain: (error) => hostError(directory, error),
  });
}
