import type { FileSnapshot, HostSnapshot } from '../snapshot/host-snapshot.js';
import { deviceHolders } from './device-holders.js';
import { type ProcessState, processState } from './process-state.js';

/** Who has an open file now: the process that opened it, or who may have its descriptor since that one is gone. */
export interface Owner {
  readonly file: FileSnapshot;
  /** The process that opened it, if it is still there. */
  readonly opener: ProcessState | undefined;
  /** Other processes that have the device open and did not open it themselves. */
  readonly heirs: readonly ProcessState[];
}

/** A process that started later than this after a file was opened did not open it, ms: /proc counts in hundredths. */
const SAME_TIME = 100;

/** When a file was opened, in milliseconds since 1970. */
function openedAt(file: FileSnapshot, { time, wallTime }: HostSnapshot): number | undefined {
  if (wallTime === undefined || file.openedAt === undefined) return undefined;
  return wallTime - (time - file.openedAt);
}

/** Whether a process that has the opener's number is the opener: numbers are given again. */
function isOpener(found: ProcessState, opened: number | undefined): boolean {
  if (found.activity === 'zombie') return false;
  if (opened === undefined || found.startedAt === undefined) return true;
  return found.startedAt <= opened + SAME_TIME;
}

/**
 * Finds out about the process of an open file. Looks at other processes only if the one that opened it is gone.
 * @param device - path of the domain's device; undefined where it has none here
 * @param files - of the same domain
 */
export function ownerOf(
  file: FileSnapshot,
  files: readonly FileSnapshot[],
  snapshot: HostSnapshot,
  device: string | undefined,
): Owner {
  const found = processState(file.process.pid);
  if (found !== undefined && isOpener(found, openedAt(file, snapshot))) {
    return { file, opener: found, heirs: [] };
  }
  const openers = new Set(files.map(({ process }) => process.pid));
  const holders = device === undefined ? [] : deviceHolders(device);
  const heirs = holders
    .filter((pid) => !openers.has(pid))
    .map(processState)
    .filter((state) => state !== undefined);
  return { file, opener: undefined, heirs };
}
