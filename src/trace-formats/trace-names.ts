import { virqName } from '../abi/virq.js';
import type { ChannelSnapshot, HostSnapshot } from '../snapshot/host-snapshot.js';
import type { ChannelOpenRecord, TraceRecord } from '../trace/trace-record.js';

/** What a port is, as far as a trace and what was before it tell. */
export interface NamedChannel {
  readonly state: ChannelOpenRecord['state'];
  /** As in {@link ChannelOpenRecord}. */
  readonly remote: number;
  readonly remotePort: number;
}

/** Names of what records only give numbers of: the processes of open files, and what ports are. */
export class TraceNames {
  readonly #files = new Map<number, string>();
  readonly #channels = new Map<number, Map<number, NamedChannel>>();

  /** @param snapshot - what was there before the first record */
  constructor(snapshot?: HostSnapshot) {
    for (const { domid, files, channels } of snapshot?.domains ?? []) {
      for (const { file, process } of files) {
        this.#files.set(file, processName(process.comm, process.pid));
      }
      for (const channel of channels) this.#name(domid, channel.port, named(channel));
    }
  }

  /** Goes on with the next record; after what it says was asked, as a file that is released has a name until then. */
  take(record: TraceRecord): void {
    switch (record.type) {
      case 'open':
        this.#files.set(record.file, processName(record.name, record.pid));
        break;
      case 'release':
        this.#files.delete(record.file);
        break;
      case 'channel-open': {
        const { domid, port, state, remote, remotePort } = record;
        this.#name(domid, port, { state, remote, remotePort });
        if (state !== 'interdomain') break;
        this.#name(remote, remotePort, { state, remote: domid, remotePort: port });
        break;
      }
      case 'channel-close': {
        const { domid, port, peer } = record;
        this.#channels.get(domid)?.delete(port);
        if (peer === undefined) break;
        this.#name(peer.domid, peer.port, { state: 'unbound', remote: domid, remotePort: 0 });
        break;
      }
      case 'domain-destroy':
        this.#channels.delete(record.domid);
        break;
      default:
        break;
    }
  }

  /** The process that opened a file, `front[812]`; `?` for one that is not known. */
  process(file: number): string {
    return this.#files.get(file) ?? '?';
  }

  /** What a port is; undefined for one that is not known. */
  channel(domid: number, port: number): NamedChannel | undefined {
    return this.#channels.get(domid)?.get(port);
  }

  #name(domid: number, port: number, channel: NamedChannel): void {
    let channels = this.#channels.get(domid);
    if (channels === undefined) {
      channels = new Map();
      this.#channels.set(domid, channels);
    }
    channels.set(port, channel);
  }
}

/** What a port is, in words: `interdomain 7:9`. */
export function channelText({ state, remote, remotePort }: NamedChannel): string {
  switch (state) {
    case 'interdomain':
      return `interdomain ${remote}:${remotePort}`;
    case 'unbound':
      return `unbound, for ${remote}`;
    case 'virq':
      return `virq ${remote}, ${virqName(remote)}`;
    case 'pirq':
      return `pirq ${remote}`;
    default:
      return state;
  }
}

/** A process as traces name it; one without a number, as embedded, by its name alone. */
export function processName(comm: string, pid: number): string {
  return pid === 0 ? comm : `${comm}[${pid}]`;
}

function named({ state, peer, number = 0 }: ChannelSnapshot): NamedChannel {
  return { state, remote: peer?.domid ?? number, remotePort: peer?.port ?? 0 };
}
