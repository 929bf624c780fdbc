import { formatAge } from '../age.js';
import { findChannel } from '../find-channel.js';
import type {
  ChannelSnapshot,
  ClosedChannel,
  DomainSnapshot,
  FileSnapshot,
  HostSnapshot,
} from '../host-snapshot.js';

/** From here on, in milliseconds, what should be over at once counts as stuck. */
const LASTING = 1000;
/** Below this, in milliseconds, no time has gone by. */
const JUST_NOW = 0.001;

/** A port in use, with what is around it, as those who look for reasons see it. */
export class PortView {
  readonly snapshot: HostSnapshot;
  readonly domain: DomainSnapshot;
  readonly channel: ChannelSnapshot;
  /** The open file that holds it. */
  readonly file: FileSnapshot | undefined;

  constructor(
    snapshot: HostSnapshot,
    domain: DomainSnapshot,
    channel: ChannelSnapshot,
    file: FileSnapshot | undefined,
  ) {
    this.snapshot = snapshot;
    this.domain = domain;
    this.channel = channel;
    this.file = file;
  }

  /** The view of a port; undefined for one that is not in use. */
  static of(snapshot: HostSnapshot, domain: DomainSnapshot, port: number): PortView | undefined {
    const channel = findChannel(domain, port);
    if (channel === undefined) return undefined;
    const file = domain.files.find((one) => one.file === channel.file);
    return new PortView(snapshot, domain, channel, file);
  }

  /** The other end, if it is in the snapshot. */
  get peer(): PortView | undefined {
    const { peer } = this.channel;
    const domain = this.snapshot.domains.find(({ domid }) => domid === peer?.domid);
    if (peer?.port === undefined || domain === undefined) return undefined;
    return PortView.of(this.snapshot, domain, peer.port);
  }

  /** `port 14 of domain 0`. */
  get name(): string {
    return portName(this.domain.domid, this.channel.port);
  }

  /** How its file is called in a sentence. Only for ports that a file holds. */
  get holder(): string {
    return fileName(this.file!);
  }

  /** The process of its file. Only for ports that a file holds. */
  get process(): string {
    return processName(this.file!.process);
  }

  /** How long ago, as ` 4.2 s ago`; nothing where the time is not known. */
  ago(time: number | undefined): string {
    return time === undefined ? '' : ` ${ago(this.snapshot, time)}`;
  }

  /** How long by now, as ` for 4.2 s`; nothing where the time is not known, or just now. */
  during(since: number | undefined): string {
    const age = since === undefined ? 0 : this.snapshot.time - since;
    return age < JUST_NOW ? '' : ` for ${formatAge(age)}`;
  }

  /** It lasts for a second or more, or for who knows how long. */
  lasts(since: number | undefined): boolean {
    return since === undefined || this.snapshot.time - since >= LASTING;
  }
}

/** `4.2 s ago`, or `just now`. */
export function ago(snapshot: HostSnapshot, time: number): string {
  const age = snapshot.time - time;
  return age < JUST_NOW ? 'just now' : `${formatAge(age)} ago`;
}

/** `port 14 of domain 0`. */
export function portName(domid: number, port: number): string {
  return `port ${port} of domain ${domid}`;
}

/** `xenstored (pid 1234)`; without a number where there is none, as embedded. */
export function processName({ pid, comm }: FileSnapshot['process']): string {
  // The name is whatever the process chose; it goes to terminals.
  const name = comm.replace(/[^ -~]/g, '?') || 'a process without a name';
  return pid === 0 ? name : `${name} (pid ${pid})`;
}

/** The command that shows what a process does now; none where there is no process, as embedded. */
export function systemCalls({ pid }: FileSnapshot['process']): string[] {
  return pid === 0 ? [] : [`strace -f -p ${pid}`];
}

/** `open file 3 of xenstored (pid 1234)`. */
export function fileName({ file, process }: Pick<FileSnapshot, 'file' | 'process'>): string {
  return `open file ${file} of ${processName(process)}`;
}

/** `1 event`, `2 events`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** By whom a port was closed, as ` by open file …`; nothing where that is not known. */
export function closedBy({ file, process }: ClosedChannel): string {
  if (file === undefined) return '';
  return process === undefined ? ` by open file ${file}` : ` by ${fileName({ file, process })}`;
}

/** For the beginning of a sentence. */
export function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
