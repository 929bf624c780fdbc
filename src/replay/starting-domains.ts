import type { DomainOptions } from '../host/xen-host.js';
import type { DomainSnapshot, HostSnapshot } from '../snapshot/host-snapshot.js';
import type { TraceRecord } from '../trace/trace-record.js';
import { optionsOfSnapshot } from './domain-boot.js';

/** What a trace that is replayed began with, as far as it can be told. */
export class StartingDomains {
  readonly #snapshot: HostSnapshot | undefined;
  /** Numbers of domains that something is told of before a record creates them. */
  readonly #there = new Set<number>();
  readonly #created = new Set<number>();
  readonly #openedFiles = new Set<number>();
  readonly #openedPorts = new Set<string>();

  constructor(snapshot: HostSnapshot | undefined, records: readonly TraceRecord[]) {
    this.#snapshot = snapshot;
    for (const record of records) {
      const { domid, type } = record;
      if (type === 'open') this.#openedFiles.add(record.file);
      if (type === 'channel-open') this.#openedPorts.add(`${domid}:${record.port}`);
      if (this.#created.has(domid) || this.#there.has(domid)) continue;
      (type === 'domain-create' ? this.#created : this.#there).add(domid);
    }
  }

  /**
   * How they were made, by number; those of which nothing is known as domains are made.
   * @param given - what a caller knows of them
   * @throws Error for a trace of which the beginning is missing
   */
  options(given: ReadonlyMap<number, DomainOptions>): DomainOptions[] {
    const options = new Map<number, DomainOptions>();
    for (const domid of this.#there) options.set(domid, { domid });
    for (const domain of this.#snapshot?.domains ?? []) {
      if (this.#created.has(domain.domid)) continue;
      this.#checkFiles(domain);
      options.set(domain.domid, optionsOfSnapshot(domain));
    }
    for (const [domid, known] of given) {
      if (!this.#created.has(domid)) options.set(domid, { ...options.get(domid), ...known });
    }
    return [...options.values()].sort((a, b) => a.domid - b.domid);
  }

  /**
   * Looks whether domains as they were just made have the ports that they had when the trace began.
   * @throws Error for a port that is in one and not in the other, and that no record opens
   */
  check(made: HostSnapshot): void {
    for (const domain of this.#snapshot?.domains ?? []) {
      if (this.#created.has(domain.domid)) continue;
      const fresh = made.domains.find(({ domid }) => domid === domain.domid);
      const ports = new Map(fresh?.channels.map(({ port, state }) => [port, state]));
      for (const { port, state } of domain.channels) {
        if (ports.get(port) === state) continue;
        if (this.#openedPorts.has(`${domain.domid}:${port}`)) continue;
        throw beganLate(`port ${port} of domain ${domain.domid}`);
      }
    }
  }

  #checkFiles({ files }: DomainSnapshot): void {
    for (const { file, process } of files) {
      if (this.#openedFiles.has(file)) continue;
      const { comm, pid } = process;
      throw beganLate(`file ${file} of ${pid === 0 ? comm : `${comm}[${pid}]`}`);
    }
  }
}

function beganLate(what: string): Error {
  return new Error(
    `cannot replay this trace: ${what} was open when it began. It must begin before the programs do, as that of 'run --trace'`,
  );
}
