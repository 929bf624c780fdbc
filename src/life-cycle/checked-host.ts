import type { ChannelOpenRecord } from '../trace/trace-record.js';
import type { LifeCycleRule } from './life-cycle-violation.js';

/** Reports a rule that is broken. */
export type Complain = (rule: LifeCycleRule, sentence: string) => void;

/** Entries of the first ring of an open file. */
const FIRST_RING = 64;

/** A port that is open in Xen. */
export class CheckedChannel {
  state: ChannelOpenRecord['state'];
  /** The peer's domain, the domain that may connect, the virq or the pirq. */
  remote: number;
  remotePort: number;
  vcpu = 0;
  /** It moved while an event was pending, which goes on where it was raised. */
  moved = false;
  /** An event is pending; undefined where the guest may have taken it, which no record tells. */
  pending: boolean | undefined = false;
  /** It is masked; undefined where only the guest's kernel knows. */
  masked: boolean | undefined = undefined;
  /** Sends on it that succeeded, whose ioctls are not over, and where the last of them is. */
  sends = 0;
  sentAt = 0;
  /** A late EOI was put off. */
  deferred = false;
  /** A fault holds its event back. */
  held = false;

  constructor(state: ChannelOpenRecord['state'], remote: number, remotePort: number) {
    this.state = state;
    this.remote = remote;
    this.remotePort = remotePort;
  }
}

/** A port of an open file. */
export interface Holding {
  readonly file: number;
  enabled: boolean;
}

/** An open file. */
export class CheckedFile {
  readonly domid: number;
  readonly ports: Set<number> = new Set();
  readonly ring: number[] = [];
  /** Entries the ring has room for. */
  size = 0;
  overflowed = false;
  /** Its domain is gone. */
  lost = false;
  /** Ports that its write has enabled so far, and where it began to. */
  enabled = 0;
  writesSince = 0;

  constructor(domid: number) {
    this.domid = domid;
  }

  hold(port: number): void {
    this.ports.add(port);
    if (this.ports.size > this.size) this.size = this.size === 0 ? FIRST_RING : this.size * 2;
  }
}

/** A domain. */
export class CheckedDomain {
  readonly channels: Map<number, CheckedChannel> = new Map();
  /** Ports of open files, by the driver; a channel may be closed behind its back. */
  readonly held: Map<number, Holding> = new Map();
  /** Ports whose last event may still be there for whoever is given the number next. */
  readonly leftPending: Set<number> = new Set();
  /** vCPUs that something happened to which an upcall may follow. */
  readonly raised: Set<number> = new Set();
  /** Channels that were closed one after the other, up to now. */
  closedInARow = 0;
}

/** What a host is like, as far as its trace tells. */
export class CheckedHost {
  readonly domains: Map<number, CheckedDomain> = new Map();
  readonly files: Map<number, CheckedFile> = new Map();
  /** Open files that were released. */
  readonly released: Set<number> = new Set();
  readonly complain: Complain;
  /** The record that is looked at, from 0. */
  index = 0;

  constructor(complain: Complain) {
    this.complain = complain;
  }

  /** A domain that is there. */
  domain(domid: number): CheckedDomain | undefined {
    const domain = this.domains.get(domid);
    if (domain === undefined) this.complain('domain-unknown', `domain ${domid} is not there`);
    return domain;
  }

  /** A port that is open, if it is. */
  channel(domid: number, port: number): CheckedChannel | undefined {
    return this.domains.get(domid)?.channels.get(port);
  }

  /** An open file of a domain. */
  file(domid: number, number: number): CheckedFile | undefined {
    const file = this.files.get(number);
    if (file !== undefined && file.domid === domid) return file;
    const why = this.released.has(number)
      ? 'was released'
      : file === undefined
        ? 'was never opened'
        : `is of domain ${file.domid}`;
    this.complain('file-unknown', `file ${number} of domain ${domid} ${why}`);
    return undefined;
  }

  /** The peer of an interdomain channel. */
  peerOf(channel: CheckedChannel): CheckedChannel | undefined {
    if (channel.state !== 'interdomain') return undefined;
    return this.channel(channel.remote, channel.remotePort);
  }
}
