import type {
  ChannelSnapshot,
  DomainSnapshot,
  FileSnapshot,
  HostSnapshot,
} from '../../../src/snapshot/host-snapshot.js';

/** A channel as it is when nothing has happened, with what a test is about. */
export function channel(
  about: Partial<ChannelSnapshot> & { readonly port: number },
): ChannelSnapshot {
  return {
    state: 'interdomain',
    vcpu: 0,
    pending: false,
    masked: false,
    maskReasons: [],
    queued: 0,
    ...about,
  };
}

/** An open file of a test, by its process. */
export interface FixtureFile extends Partial<Omit<FileSnapshot, 'process'>> {
  readonly file: number;
  readonly pid: number;
  readonly comm: string;
}

function file({ pid, comm, ...about }: FixtureFile): FileSnapshot {
  return {
    process: { pid, comm },
    ports: 1,
    unread: 0,
    ringSize: 1024,
    overflow: false,
    readers: 0,
    polled: false,
    ...about,
  };
}

/** A domain of a test. */
export interface FixtureDomain extends Partial<Omit<DomainSnapshot, 'files'>> {
  readonly domid: number;
  readonly files?: readonly FixtureFile[];
}

/** A domain with one vCPU and a kernel, with what a test is about. */
export function domain({ files = [], ...about }: FixtureDomain): DomainSnapshot {
  return {
    abi: 'fifo',
    kernel: true,
    vcpus: 1,
    upcallMasked: [],
    paused: false,
    maxPort: 131071,
    channels: [],
    closed: [],
    ...about,
    files: files.map(file),
  };
}

/** A host of these domains. */
export function snapshotOf(...domains: readonly DomainSnapshot[]): HostSnapshot {
  return { version: 1, time: 0, domains, destroyed: [] };
}
