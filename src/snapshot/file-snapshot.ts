import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { FileStatistics } from '../statistics/file-statistics.js';
import type { FileSnapshot } from './host-snapshot.js';
import { known } from './snapshot-time.js';

/** Who waits on an open file. */
export interface FileWaiters {
  /** Calls blocked in read(2). */
  readonly readers: number;
  /** Somebody waits in poll, select or epoll. */
  readonly polled: boolean;
}

/** What an open file is like now. */
export function fileSnapshot(
  file: OpenFile,
  statistics: FileStatistics | undefined,
  { readers, polled }: FileWaiters,
): FileSnapshot {
  const { number, pid, comm, ring, portCount, restricted, restrictDomid } = file;
  return {
    file: number,
    process: { pid, comm },
    ports: portCount,
    unread: ring.count,
    ringSize: ring.size,
    overflow: ring.overflow,
    readers,
    polled,
    restrictedTo: restricted ? restrictDomid : undefined,
    openedAt: statistics && known(statistics.openedAt),
    lastReadAt: statistics && known(statistics.lastReadAt),
    lastWriteAt: statistics && known(statistics.lastWriteAt),
    overflowedAt: statistics && known(statistics.overflowedAt),
    overflows: statistics?.overflows || undefined,
  };
}
