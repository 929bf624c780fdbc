import type {
  ChannelSnapshot,
  DomainSnapshot,
  FileSnapshot,
  HostSnapshot,
} from 'xen-evtchn/embedded';

/** An idle channel, with what is given. */
export function channel(port: number, known: Partial<ChannelSnapshot> = {}): ChannelSnapshot {
  return {
    port,
    state: 'interdomain',
    vcpu: 0,
    pending: false,
    masked: false,
    maskReasons: [],
    queued: 0,
    ...known,
  };
}

/** An open file that nobody waits for, with what is given. */
export function file(number: number, known: Partial<FileSnapshot> = {}): FileSnapshot {
  return {
    file: number,
    process: { pid: 100 + number, comm: `program-${number}` },
    ports: 0,
    unread: 0,
    ringSize: 64,
    overflow: false,
    readers: 0,
    polled: false,
    ...known,
  };
}

/** A domain with channels. */
export function domain(
  domid: number,
  channels: readonly ChannelSnapshot[] = [],
  known: Partial<DomainSnapshot> = {},
): DomainSnapshot {
  return {
    domid,
    abi: 'fifo',
    kernel: true,
    vcpus: 1,
    upcallMasked: [],
    paused: false,
    maxPort: 1023,
    files: [],
    channels,
    closed: [],
    ...known,
  };
}

/** A host that has been watched since its clock began. */
export function host(
  time: number,
  domains: readonly DomainSnapshot[],
  known: Partial<HostSnapshot> = {},
): HostSnapshot {
  return { version: 1, time, watchedSince: 0, domains, destroyed: [], ...known };
}

/** Two ports connected with each other. */
export function pair(
  here: number,
  port: number,
  there: number,
  remote: number,
): readonly [ChannelSnapshot, ChannelSnapshot] {
  return [
    channel(port, { peer: { domid: there, port: remote } }),
    channel(remote, { peer: { domid: here, port } }),
  ];
}
