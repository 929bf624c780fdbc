import { readdir } from 'node:fs/promises';
import { parseDomid } from '../../abi/domid-text.js';
import type { ChannelSnapshot, DomainSnapshot } from '../../snapshot/host-snapshot.js';
import type { HostChoice, WatchedHost } from '../../watch/watched-host.js';
import { hostChoice } from '../host-option.js';
import type { Candidate, HostValues } from './completion.js';
import { optionsOf, type TypedLine } from './typed-line.js';

/** How the hosts of this machine are come by. */
export interface HostFinder {
  /** Rejects where there is no such host, or more than one that could be meant. */
  open(choice: HostChoice): Promise<WatchedHost>;
  /** Those of this user. */
  list(): Promise<readonly { readonly pid: number; readonly name: string }[]>;
  /** Value of XEN_EVTCHN_HOST. */
  readonly environmentHost: string | undefined;
}

/** The host that a command line is about; undefined where it has one of its own, or is to make one. */
function choiceOf(line: TypedLine, finder: HostFinder): HostChoice | undefined {
  const known = new Set(optionsOf(line.command).map(({ long }) => long));
  const pid = line.options.get('--pid');
  const host = line.options.get('--host');
  const choice = hostChoice(
    { ...(pid === undefined ? {} : { pid: Number(pid) }), ...(host === undefined ? {} : { host }) },
    finder.environmentHost,
  );
  if (known.has('--pid')) return choice;
  return choice.host === undefined ? undefined : choice;
}

/** The domains of a tree, by number. */
async function foldersOfDomains(directory: string): Promise<Candidate[]> {
  const domids = (await readdir(directory)).map(parseDomid).filter((domid) => domid !== undefined);
  return domids.sort((a, b) => a - b).map((domid) => ({ value: String(domid), description: '' }));
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

/** The values on the hosts of this machine. */
export class FoundHostValues implements HostValues {
  readonly #finder: HostFinder;

  constructor(finder: HostFinder) {
    this.#finder = finder;
  }

  async domains(line: TypedLine): Promise<readonly Candidate[]> {
    const choice = choiceOf(line, this.#finder);
    if (choice === undefined) return [];
    const host = await this.#finder.open(choice);
    // A host of many channels has its folders told sooner than its state.
    if (host.directory !== undefined) return foldersOfDomains(host.directory);
    const { domains } = await host.snapshot();
    return domains.map(({ domid }) => ({ value: String(domid), description: '' }));
  }

  async ports(line: TypedLine): Promise<readonly Candidate[]> {
    const domid = parseDomid(line.options.get('--domain') ?? '0');
    if (domid === undefined) return [];
    const choice = choiceOf(line, this.#finder);
    if (choice === undefined) return [];
    const { domains } = await (await this.#finder.open(choice)).snapshot(domid);
    return domains.flatMap((domain) =>
      domain.channels.map((channel) => ({
        value: String(channel.port),
        description: portDescription(channel, domain),
      })),
    );
  }

  async hostProcesses(): Promise<readonly Candidate[]> {
    const hosts = await this.#finder.list();
    return hosts.map(({ pid, name }) => ({ value: String(pid), description: name }));
  }
}
