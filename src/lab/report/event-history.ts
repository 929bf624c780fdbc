import { virqName } from '../../abi/virq.js';
import type { EventPath, PathStep } from '../../event-paths/event-path.js';
import { EventPaths } from '../../event-paths/event-paths.js';
import type { TraceRecord } from '../../trace/trace-record.js';

/** What happened to an event of a port, and when. */
export interface HistoryEntry {
  /** The step of the run; 0 while the scenario was set up. */
  readonly step: number;
  /** The event. */
  readonly path: EventPath;
  /** What happened to it. */
  readonly event: PathStep;
}

/** What happened to the events of each port of a run. */
export class EventHistory {
  /** The step that records are of. */
  step = 0;
  private readonly paths = new EventPaths((path, event) => {
    this.entries.push({ step: this.step, path, event });
  });
  private readonly entries: HistoryEntry[] = [];
  private readonly openers = new Map<number, string>();
  private readonly virqs = new Map<string, number>();

  /** Goes on with the next record. */
  take(record: TraceRecord): void {
    if (record.type === 'open') this.openers.set(record.file, record.name);
    if (record.type === 'virq') this.virqs.set(`${record.domid}:${record.port}`, record.virq);
    this.paths.take(record);
  }

  /** The step is over: its last record has none behind it. */
  settle(): void {
    this.paths.settle();
  }

  /** What happened on a port, oldest first. */
  of(domid: number, port: number): readonly HistoryEntry[] {
    return this.entries.filter(({ path }) => path.domid === domid && path.port === port);
  }

  /** Who opened a file; a number where that was not seen. */
  opener(file: number | undefined): string {
    if (file === undefined) return 'nobody';
    return this.openers.get(file) ?? `file ${file}`;
  }

  /** An entry in words: `front's notify makes it pending`; undefined for what needs no words besides the others. */
  text({ path, event }: HistoryEntry): string | undefined {
    const { port } = path;
    const reader = this.opener(path.file);
    switch (event.kind) {
      case 'pending':
        return `${this.cause(path, event)} makes port ${port} pending${event.masked ? ', which is masked: it waits in Xen' : ''}`;
      case 'merged':
        return `${this.cause(path, event)} finds port ${port} pending already: the two are one event`;
      case 'queued':
        return `an upcall puts it into the ring of ${reader}`;
      case 'overflow':
        return `it meets the full ring of ${reader}, and is lost`;
      case 'read':
        return `${reader} reads it`;
      case 'deferred':
        return `${reader} unmasks port ${port}, which stays masked for a while: its late EOI is put off`;
      case 'unmasked':
        return path.steps.some(({ kind }) => kind === 'deferred')
          ? `port ${port} is unmasked: the late EOI that was put off is done`
          : `${reader} unmasks port ${port}`;
      case 'dropped':
        return `it is thrown out of the ring of ${reader}, unread`;
      case 'closed':
        return `port ${port} is closed`;
      case 'handled':
        return 'the kernel takes it';
      default:
        return undefined;
    }
  }

  private cause({ cause, domid, port }: EventPath, { sender }: PathStep): string {
    if (sender !== undefined) {
      const by = sender.file === undefined ? `domain ${sender.domid}` : this.opener(sender.file);
      return `${by}'s notify of port ${sender.port}`;
    }
    if (cause === 'bind') return 'connecting';
    const virq = this.virqs.get(`${domid}:${port}`);
    if (cause === 'virq' && virq !== undefined) return virqName(virq);
    return 'an event that no peer sent';
  }
}
