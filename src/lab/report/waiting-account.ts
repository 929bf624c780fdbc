import type { EventPath } from '../../event-paths/event-path.js';
import { explain } from '../../snapshot/explain.js';
import { findChannel } from '../../snapshot/find-channel.js';
import type {
  ChannelSnapshot,
  DomainSnapshot,
  HostSnapshot,
} from '../../snapshot/host-snapshot.js';
import { takeSnapshot } from '../../snapshot/take-snapshot.js';
import type { LabRun } from '../lab-run.js';
import type { Operation } from '../operation.js';
import type { PartyState } from '../party-state.js';
import { siteText } from './call-site.js';
import type { EventHistory, HistoryEntry } from './event-history.js';
import type { RunRecorder } from './run-recorder.js';

/** Happenings of a port that are told, the last ones. */
const TOLD = 8;
/** Ports of a handle that are told of, if a party waits for any. */
const PORTS = 4;

/** Tells of those who wait for ever for what they wait, and where their events went. */
export class WaitingAccount {
  private readonly run: LabRun;
  private readonly recorder: RunRecorder;
  private readonly history: EventHistory;
  private readonly snapshot: HostSnapshot;

  /** @param run - a run that ended so, with its recorder */
  constructor(run: LabRun, recorder: RunRecorder) {
    this.run = run;
    this.recorder = recorder;
    this.history = recorder.history;
    this.snapshot = takeSnapshot(run.host);
  }

  /** The account, in lines. */
  lines(): string[] {
    const waiting = this.run.parties.filter(
      ({ daemon, phase }) => !daemon && (phase === 'running' || phase === 'new'),
    );
    const others = this.run.parties.flatMap(({ name }) => {
      const over = this.recorder.ends.get(name);
      return over === undefined ? [] : [`${name} ${over.how} at step ${over.step}.`];
    });
    return [...waiting.flatMap((party) => this.party(party)), ...others];
  }

  private party(party: PartyState): string[] {
    const { name, operations } = party;
    if (operations.length === 0) {
      return [`${name} awaits a promise that nobody settles: another party's, or not the lab's.`];
    }
    return operations.flatMap((operation) => this.operation(party, operation));
  }

  private operation({ name }: PartyState, operation: Operation): string[] {
    const { call, domid, port } = operation.text;
    const seen = this.recorder.operation(operation);
    const where = seen?.site === undefined ? '' : ` (${siteText(seen.site)})`;
    const since = seen?.step ?? 0;
    if (domid === undefined) {
      return [
        `${name} waits in ${call}${where} since step ${since}.`,
        ...this.stuckPorts(name).flatMap((one) => this.port(one.domid, one.port, since)),
      ];
    }
    const ports = port === undefined ? this.portsOf(name, domid) : [port];
    const of = port === undefined ? 'any port it holds' : `port ${port}`;
    const lines = [
      `${name} waits in ${call}${where} since step ${since}, for ${of} of domain ${domid}.`,
    ];
    if (ports.length === 0) lines.push('  It holds none: no event can come.');
    for (const one of ports.slice(0, PORTS)) lines.push(...this.port(domid, one, since));
    if (ports.length > PORTS) lines.push(`  And ${ports.length - PORTS} more ports.`);
    return lines;
  }

  /** Ports of a party that have an event which is not done with: what it waits for may hang on one of them. */
  private stuckPorts(name: string): { domid: number; port: number }[] {
    return this.snapshot.domains.flatMap(({ domid, files }) =>
      files.some(({ process }) => process.comm === name)
        ? this.portsOf(name, domid)
            .filter((port) => this.interest(domid, port) === 2)
            .map((port) => ({ domid, port }))
        : [],
    );
  }

  /** How much there is to tell of a port: 2 if its event is not done with, 1 if it had any, else 0. */
  private interest(domid: number, port: number): number {
    const last = this.history.of(domid, port).at(-1);
    if (last === undefined) return 0;
    return last.path.state === 'done' ? 1 : 2;
  }

  /** Ports of the files that a party opened, of all there are where none has its name; the most telling first. */
  private portsOf(name: string, domid: number): number[] {
    const domain = this.domain(domid);
    const own = domain?.files.filter(({ process }) => process.comm === name) ?? [];
    const files = (own.length > 0 ? own : (domain?.files ?? [])).map(({ file }) => file);
    const { channels = [] } = domain ?? {};
    return channels
      .filter(({ file }) => file !== undefined && files.includes(file))
      .map(({ port }) => port)
      .sort((a, b) => this.interest(domid, b) - this.interest(domid, a));
  }

  private port(domid: number, port: number, since: number): string[] {
    const entries = this.history.of(domid, port);
    const told = entries.flatMap((entry) => {
      const text = this.history.text(entry);
      return text === undefined ? [] : [`    ${stepName(entry.step).padEnd(9)}${text}`];
    });
    const left = told.length - TOLD;
    const earlier = left > 0 ? [`    ${left} earlier happenings are left out`] : [];
    return [
      `  Port ${port}, ${this.peer(domid, port)}:`,
      ...earlier,
      ...told.slice(-TOLD),
      ...this.conclusion(port, entries, since).map((line) => `    => ${line}`),
    ];
  }

  /** What it comes to: why there is no event. */
  private conclusion(port: number, entries: readonly HistoryEntry[], since: number): string[] {
    const last = entries.at(-1);
    if (last === undefined) return [`nobody has ever sent an event to port ${port}`];
    const sent = lastStep(
      entries,
      ({ event }) => event.kind === 'pending' || event.kind === 'merged',
    );
    const none = `nobody has sent one since step ${sent}`;
    const { path } = last;
    const unread = entries.findLast((entry) => entry.path.state === 'pending');
    if (unread !== undefined) return this.pending(path, entries);
    const reader = this.history.opener(path.file);
    const read = lastStep(entries, ({ event }) => event.kind === 'read');
    switch (path.state) {
      case 'queued':
        return [`the event is in the ring of ${reader}, which does not read it`];
      case 'read':
        return [
          `${reader} read the last event at step ${read} and has not unmasked port ${port} since; ${none}`,
        ];
      case 'lost':
        return [`the last event is gone, unread; ${none}`];
      default:
        if (read === 0) return [`the last event was not for an open file; ${none}`];
        return [
          ...(path.merged > 0
            ? [`${path.merged + 1} notifies came as one event: they merged`]
            : []),
          `the last event was read at step ${read}${read < since ? `, before this wait began at step ${since}` : ''}; ${none}`,
        ];
    }
  }

  /** An event waits in Xen, and the port is not open. */
  private pending({ domid, port }: EventPath, entries: readonly HistoryEntry[]): string[] {
    const open = entries.findLast(({ path }) => isServed(path));
    if (open === undefined) return explain(this.snapshot, domid, port).sentences.slice(0, 1);
    const reader = this.history.opener(open.path.file);
    const read = lastStep(
      entries,
      (entry) => entry.path === open.path && entry.event.kind === 'read',
    );
    return read > 0
      ? [
          `an event is pending behind the mask: ${reader} has not unmasked port ${port} since it read that of step ${read}`,
        ]
      : [`an event is pending behind one that ${reader} has not read`];
  }

  private peer(domid: number, port: number): string {
    const channel = this.channel(domid, port);
    if (channel === undefined) return `of domain ${domid}, which is closed`;
    if (channel.state === 'unbound') return this.lostPeer(domid, port);
    if (channel.state !== 'interdomain') return `a ${channel.state}`;
    const { domid: remote, port: remotePort = 0 } = channel.peer!;
    const file = this.channel(remote, remotePort)?.file;
    const holder = file === undefined ? '' : `${this.history.opener(file)}'s `;
    return `connected to ${holder}port ${remotePort} of domain ${remote}`;
  }

  private lostPeer(domid: number, port: number): string {
    const peer = this.history.lostPeer(domid, port);
    if (peer === undefined) return 'to which nobody has connected';
    return `whose peer, ${peer.opener}'s port ${peer.port} of domain ${peer.domid}, was closed at step ${peer.step}`;
  }

  private channel(domid: number, port: number): ChannelSnapshot | undefined {
    const domain = this.domain(domid);
    return domain && findChannel(domain, port);
  }

  private domain(domid: number): DomainSnapshot | undefined {
    return this.snapshot.domains.find((domain) => domain.domid === domid);
  }
}

/** An open file got it, and has its port masked for it. */
function isServed({ file, steps }: EventPath): boolean {
  return file !== undefined && !steps.some(({ kind }) => kind === 'unmasked' || kind === 'closed');
}

function lastStep(entries: readonly HistoryEntry[], is: (entry: HistoryEntry) => boolean): number {
  return entries.findLast(is)?.step ?? 0;
}

function stepName(step: number): string {
  return step === 0 ? 'before' : `step ${step}`;
}
