import { ManualClock } from '../../../src/clock/manual-clock.js';
import type { EventPath, PathStep } from '../../../src/event-paths/event-path.js';
import { EventPaths } from '../../../src/event-paths/event-paths.js';
import { XenHost, type XenHostOptions } from '../../../src/host/xen-host.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';

/** A host whose events are followed from the start. */
export class FollowedHost {
  readonly clock = new ManualClock();
  readonly host: XenHost;
  readonly records: TraceRecord[] = [];
  /** Every path that a step was told of, by its id. */
  readonly paths: EventPath[] = [];
  /** Steps in the order they were told, as `path kind`. */
  readonly steps: string[] = [];
  readonly following: EventPaths;

  constructor(options: XenHostOptions = {}) {
    this.following = new EventPaths((path, step) => this.#step(path, step));
    this.host = new XenHost({
      clock: this.clock,
      ...options,
      trace: {
        record: (record) => {
          this.records.push(record);
          this.following.take(record);
        },
      },
    });
  }

  /** The youngest path of a port. */
  last(domid: number, port: number): EventPath | undefined {
    return this.of(domid, port).at(-1);
  }

  /** The paths of a port, oldest first. */
  of(domid: number, port: number): EventPath[] {
    return this.paths.filter((path) => path.domid === domid && path.port === port);
  }

  #step(path: EventPath, step: PathStep): void {
    if (!this.paths.includes(path)) this.paths.push(path);
    this.steps.push(`${path.id} ${step.kind}`);
  }
}

/** What happened to an event, in words. */
export function kinds(path: EventPath | undefined): string[] {
  return path?.steps.map(({ kind }) => kind) ?? [];
}
