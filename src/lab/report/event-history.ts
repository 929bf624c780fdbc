import { virqName } from '../../abi/virq.js';
import type { EventPath, PathStep } from '../../event-paths/event-path.js';
import { EventPaths } from '../../event-paths/event-paths.js';
import type { ChannelCloseRecord, TraceRecord } from '../../trace/trace-record.js';

/** What happened to an event of a port, and when. */
export interface HistoryEntry {
  /** The step of the run; 0 while the scenario was set up. */
  readonly step: number;
  /** The event. */
  readonly path: EventPath;
  /** What happened to it. */
  readonly event: PathStep;
}

/** The end of a channel that was closed. */
export interface LostPeer {
  readonly domid: number;
  readonly port: number;
  /** Who held it. */
  readonly opener: string;
  /** The step in which it was closed. */
  readonly step: number;
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
  /** By domain and port. */
  private readonly virqs = new Map<string, number>();
  private readonly holders = new Map<string, number>();
  private readonly lostPeers = new Map<string, LostPeer>();

  /** Goes on with the next record. */
  take(record: TraceRecord): void {
    switch (record.type) {
      case 'open':
        this.openers.set(record.file, record.name);
        break;
      case 'virq':
        this.virqs.set(`${record.domid}:${record.port}`, record.virq);
        break;
      case 'bind':
        this.holders.set(`${record.domid}:${record.port}`, record.file);
        break;
      case 'channel-close':
        this.closed(record);
        break;
      default:
        break;
    }
    this.paths.take(record);
  }

  private closed({ domid, port, peer }: ChannelCloseRecord): void {
    if (peer === undefined) return;
    const opener = this.opener(this.holders.get(`${domid}:${port}`));
    this.lostPeers.set(`${peer.domid}:${peer.port}`, { domid, port, opener, step: this.step });
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

  /** Who had the other end of a port that has none any more, and when that was closed; undefined if it never had one. */
  lostPeer(domid: number, port: number): LostPeer | undefined {
    return this.lostPeers.get(`${domid}:${port}`);
  }

  /** An entry in words, of which the port is `it`; undefined for what needs no words besides the others. */
  text({ path, event }: HistoryEntry): string | undefined {
    const reader = this.opener(path.file);
    switch (event.kind) {
      case 'pending':
        return `${this.cause(path, event)}: pending${event.masked ? ', but masked: it stays in Xen' : ''}`;
      case 'merged':
        return `${this.cause(path, event)}: pending already, the two are one event`;
      case 'queued':
        return `upcall: into the ring of ${reader}`;
      case 'overflow':
        return `upcall: the ring of ${reader} is full, it is lost`;
      case 'read':
        return `${reader} reads it`;
      case 'deferred':
        return `${reader} unmasks the port, but its late EOI is put off: it stays masked for a while`;
      case 'unmasked':
        return path.steps.some(({ kind }) => kind === 'deferred')
          ? 'the late EOI that was put off is done: the port is unmasked'
          : `${reader} unmasks the port`;
      case 'dropped':
        return `thrown out of the ring of ${reader}, unread`;
      case 'closed':
        return 'the port is closed';
      case 'handled':
        return 'the kernel takes it';
      default:
        return undefined;
    }
  }

  private cause({ cause, domid, port }: EventPath, { sender }: PathStep): string {
    if (sender !== undefined) {
      return `${sender.file === undefined ? `domain ${sender.domid}` : this.opener(sender.file)} notifies`;
    }
    if (cause === 'bind') return 'an event, of connecting';
    const virq = this.virqs.get(`${domid}:${port}`);
    if (cause === 'virq' && virq !== undefined) return `${virqName(virq)} is raised`;
    return 'an event that no peer sent';
  }
}
