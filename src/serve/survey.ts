import { isHost } from './live-host.js';
import { type Mount, readMounts } from './mount-table.js';
import { look, type Sight } from './probe.js';

/** What is at a path. */
export interface Survey {
  readonly sight: Sight;
  /** The mount whose place this is; undefined if the path is only somewhere on a mount. */
  readonly mount: Mount | undefined;
}

/** The mount that covers exactly this path. */
function mountAt(sight: Sight): Mount | undefined {
  return readMounts().find(({ id, mountpoint }) => id === sight.mount && mountpoint === sight.path);
}

/**
 * Looks at a path and at the mount on it. Waits for two seconds at most for each answer, whoever serves it.
 * @param path - absolute
 */
export async function survey(path: string): Promise<Survey> {
  const sight = await look(path);
  const mount = mountAt(sight);
  if (mount === undefined || !isHost(mount)) return { sight, mount };
  const { user, group } = mount;
  const privileged = process.getuid!() === 0;
  if (!privileged || user === undefined || group === undefined || user === 0)
    return { sight, mount };
  // The kernel answers root itself, on a file system of another user: only that user learns whether it is served. Where
  // the number is nobody's, as in a user namespace, no process can be that user.
  const asOwner = await look(path, { uid: user, gid: group }).catch(() => sight);
  return { sight: asOwner.mount === sight.mount ? asOwner : sight, mount };
}
