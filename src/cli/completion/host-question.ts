import { readdir } from 'node:fs/promises';
import { parseDomid } from '../../abi/domid-text.js';
import type { ChannelSnapshot, DomainSnapshot } from '../../snapshot/host-snapshot.js';
import type { HostChoice, WatchedHost } from '../../watch/watched-host.js';
import type { Candidate } from './completion.js';

/** What a completion may want to know of the hosts of this machine. */
export type HostQuestion =
  | { readonly about: 'domains'; readonly choice: HostChoice }
  | { readonly about: 'ports'; readonly choice: HostChoice; readonly domid: number }
  | { readonly about: 'programs'; readonly choice: HostChoice }
  | { readonly about: 'processes' };

/** How the hosts of this machine are come by. */
export interface HostFinder {
  /** Rejects where there is no such host, or more than one that could be meant. */
  open(choice: HostChoice): Promise<WatchedHost>;
  /** Those of this user. */
  list(): Promise<readonly { readonly pid: number; readonly name: string }[]>;
}

/** Answers a question. @throws (rejects) Error if the host is not there, or cannot be asked */
export async function answerQuestion(
  question: HostQuestion,
  finder: HostFinder,
): Promise<Candidate[]> {
  switch (question.about) {
    case 'domains':
      return domainCandidates(await finder.open(question.choice));
    case 'ports': {
      const host = await finder.open(question.choice);
      return portCandidates((await host.snapshot(question.domid)).domains);
    }
    case 'programs': {
      const host = await finder.open(question.choice);
      return programCandidates((await host.snapshot()).domains);
    }
    case 'processes':
      return (await finder.list()).map(({ pid, name }) => ({
        value: String(pid),
        description: name,
      }));
  }
}

/** The domains of a host, by number. Of one with many channels the folders are told sooner than the state. */
async function domainCandidates(host: WatchedHost): Promise<Candidate[]> {
  const domids =
    host.directory === undefined
      ? (await host.snapshot()).domains.map(({ domid }) => domid)
      : (await readdir(host.directory)).map(parseDomid).filter((domid) => domid !== undefined);
  return domids.sort((a, b) => a - b).map((domid) => ({ value: String(domid), description: '' }));
}

function portCandidates(domains: readonly DomainSnapshot[]): Candidate[] {
  return domains.flatMap((domain) =>
    domain.channels.map((channel) => ({
      value: String(channel.port),
      description: portDescription(channel, domain),
    })),
  );
}

/** Each name once, with the processes that have it. */
function programCandidates(domains: readonly DomainSnapshot[]): Candidate[] {
  const pids = new Map<string, Set<number>>();
  for (const { process } of domains.flatMap(({ files }) => files)) {
    const known = pids.get(process.comm) ?? new Set();
    pids.set(process.comm, known.add(process.pid));
  }
  return [...pids].map(([value, numbers]) => ({
    value,
    description: `process ${[...numbers].join(', ')}`,
  }));
}

function portDescription(channel: ChannelSnapshot, { files }: DomainSnapshot): string {
  const { state, peer, number } = channel;
  const process = files.find(({ file }) => file === channel.file)?.process;
  const words = [
    state,
    number === undefined ? '' : `${number}`,
    peer === undefined ? '' : `dom${peer.domid}${peer.port === undefined ? '' : `:${peer.port}`}`,
    process === undefined ? '' : `${process.comm}[${process.pid}]`,
  ];
  return words.filter((word) => word !== '').join(' ');
}
