import type { HostSnapshot, TraceRecord } from 'xen-evtchn/embedded';
import type { Endpoint } from './moment.js';

/** What is known of a port that is in use. */
interface PortNote {
  peer: Endpoint | undefined;
  number: number | undefined;
  file: number | undefined;
}

/** Who is connected to whom, and which open file holds which port: from snapshots, and kept up by records. */
export class ChannelBook {
  readonly #domains = new Map<number, Map<number, PortNote>>();

  /** Starts anew from a snapshot. */
  replace(snapshot: HostSnapshot): void {
    this.#domains.clear();
    for (const { domid, channels } of snapshot.domains) {
      const ports = this.#ports(domid);
      for (const { port, peer, number, file } of channels) {
        const connected =
          peer?.port === undefined ? undefined : { domid: peer.domid, port: peer.port };
        ports.set(port, { peer: connected, number, file });
      }
    }
  }

  /** Follows a record. */
  take(record: TraceRecord): void {
    switch (record.type) {
      case 'channel-open':
        this.#open(record);
        break;
      case 'channel-close':
        this.#domains.get(record.domid)?.delete(record.port);
        if (record.peer !== undefined) {
          const peer = this.#note(record.peer.domid, record.peer.port);
          if (peer !== undefined) peer.peer = undefined;
        }
        break;
      // Not cleared by an unbind: the close that follows is still told of the file.
      case 'bind': {
        const note = this.#note(record.domid, record.port);
        if (note !== undefined) note.file = record.file;
        break;
      }
      case 'domain-destroy':
        this.#domains.delete(record.domid);
        break;
    }
  }

  /** The other end of a channel, with the open file that holds it. */
  peer(domid: number, port: number): (Endpoint & { file: number | undefined }) | undefined {
    const peer = this.#note(domid, port)?.peer;
    return peer === undefined ? undefined : { ...peer, file: this.file(peer.domid, peer.port) };
  }

  /** The open file that holds a port. */
  file(domid: number, port: number): number | undefined {
    return this.#note(domid, port)?.file;
  }

  /** The virtual or physical interrupt that a port is bound to. */
  number(domid: number, port: number): number | undefined {
    return this.#note(domid, port)?.number;
  }

  #open(record: Extract<TraceRecord, { type: 'channel-open' }>): void {
    const { domid, port, state, remote, remotePort } = record;
    const connected = state === 'interdomain';
    const peer = connected ? { domid: remote, port: remotePort } : undefined;
    const number = state === 'virq' || state === 'pirq' ? remote : undefined;
    this.#ports(domid).set(port, { peer, number, file: undefined });
    const other = connected ? this.#note(remote, remotePort) : undefined;
    if (other !== undefined) other.peer = { domid, port };
  }

  #note(domid: number, port: number): PortNote | undefined {
    return this.#domains.get(domid)?.get(port);
  }

  #ports(domid: number): Map<number, PortNote> {
    let ports = this.#domains.get(domid);
    if (ports === undefined) {
      ports = new Map();
      this.#domains.set(domid, ports);
    }
    return ports;
  }
}
