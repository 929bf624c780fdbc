import type { ManualClock } from '../clock/manual-clock.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { XenHost } from '../host/xen-host.js';
import type { FileWaiters } from '../snapshot/file-snapshot.js';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { takeSnapshot } from '../snapshot/take-snapshot.js';
import type { File } from '../vfs/file.js';
import type { ReplayHost } from './replay-host.js';
import type { TraceDifference } from './trace-difference.js';

/** How far a replay came, and what it found. */
export interface ReplayedCounts {
  /** Calls that were made again: opens, ioctls, reads, writes, releases, hypercalls, and what happened to the host. */
  readonly calls: number;
  /** Records of the trace that were compared. */
  readonly records: number;
  /** Places at which trace and replay differ. */
  readonly differenceCount: number;
  /** The first of them. */
  readonly differences: readonly TraceDifference[];
  /**
   * SCHEDOP_poll hypercalls that were passed over: a trace does not have the ports they waited for, and they change nothing.
   */
  readonly passedOver: number;
  /** Where the first file was closed: the first record of that call, from 1; undefined if none was. */
  readonly firstRelease: number | undefined;
  /** Records at the end of a call that the trace does not have the end of. */
  readonly unfinished: number;
  /** Why it ended early, after differences: what the trace has next cannot be done on the host as it is by then. */
  readonly stopped: string | undefined;
}

/** A trace that was replayed: what it came to, and the host as it is then. */
export class ReplayedTrace implements ReplayedCounts {
  /** The host, as the last call left it: go on from there. Its domains, hypercalls and devices are as any host's. */
  readonly host: XenHost;
  /** Its time; it stands where the last call was. */
  readonly clock: ManualClock;
  readonly calls: number;
  readonly records: number;
  readonly differenceCount: number;
  readonly differences: readonly TraceDifference[];
  readonly passedOver: number;
  readonly firstRelease: number | undefined;
  readonly unfinished: number;
  readonly stopped: string | undefined;
  readonly #replay: ReplayHost;

  /** @internal */
  constructor(replay: ReplayHost, counts: ReplayedCounts) {
    this.#replay = replay;
    this.host = replay.host;
    this.clock = replay.clock;
    this.calls = counts.calls;
    this.records = counts.records;
    this.differenceCount = counts.differenceCount;
    this.differences = counts.differences;
    this.passedOver = counts.passedOver;
    this.firstRelease = counts.firstRelease;
    this.unfinished = counts.unfinished;
    this.stopped = counts.stopped;
  }

  /** Every result and every consequence was as recorded. */
  get equal(): boolean {
    return this.differenceCount === 0;
  }

  /**
   * What the host is like now, with times and counts: for `stuckPorts` and `explain`. Who waits no trace tells: a file whose last
   * read found nothing is taken to have a reader that waits.
   */
  snapshot(): HostSnapshot {
    const { statistics } = this.#replay;
    const waiting = ({ number }: OpenFile): FileWaiters => {
      return { readers: this.#replay.mayWait(number) ? 1 : 0, polled: false };
    };
    return takeSnapshot(this.host, { statistics, waiting });
  }

  /** An open file by its number in the trace, to make system calls on; undefined if it is not open by then. */
  file(number: number): File | undefined {
    return this.#replay.file(number);
  }
}
