import type { ChannelOpenRecord } from '../trace/trace-record.js';
import type { LivePath, LiveSender } from './live-path.js';
import { RingContents } from './ring-contents.js';

/** What is known of a port by following it. */
export class FollowedPort {
  /** What it is; undefined for a port that was open before. */
  state: ChannelOpenRecord['state'] | undefined = undefined;
  /** The peer, while it is interdomain. */
  peerDomid = 0;
  peerPort = 0;
  /** The event that is pending on it. */
  pending: LivePath | undefined = undefined;
  /** The event that keeps it masked: delivered, and its EOI not done. */
  service: LivePath | undefined = undefined;
  /** The end that sent last, while its ioctl may not be over. */
  sending: LiveSender | undefined = undefined;
}

/** What is known of a domain: its ports, and the events in the rings of its open files, oldest first. */
export class FollowedDomain {
  readonly rings: Map<number, RingContents<LivePath>> = new Map();
  readonly #ports = new Map<number, FollowedPort>();

  /** A port if something is known of it. */
  known(port: number): FollowedPort | undefined {
    return this.#ports.get(port);
  }

  /** A port, known of from now on. */
  port(port: number): FollowedPort {
    let followed = this.#ports.get(port);
    if (followed === undefined) {
      followed = new FollowedPort();
      this.#ports.set(port, followed);
    }
    return followed;
  }

  /** A port is closed. */
  forget(port: number): void {
    this.#ports.delete(port);
  }

  /** The ring of an open file. */
  ring(file: number): RingContents<LivePath> {
    let ring = this.rings.get(file);
    if (ring === undefined) {
      ring = new RingContents();
      this.rings.set(file, ring);
    }
    return ring;
  }
}
