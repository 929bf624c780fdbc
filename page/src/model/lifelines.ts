import type { HostSnapshot, TraceRecord } from 'xen-evtchn/embedded';

/** The life of a domain, or of an open file in it: one vertical line of the diagram. */
export interface Lifeline {
  /** `d7` for domain 7, `f12` for open file 12. */
  readonly key: string;
  readonly domid: number;
  /** Undefined for the domain itself. */
  readonly file: number | undefined;
  /** Name and number of the process that opened the file, where they are known. */
  comm: string | undefined;
  pid: number | undefined;
  /** The moment it begins at; undefined for one that was there before anybody looked. */
  begin: number | undefined;
  /** The moment it ended at. */
  end: number | undefined;
  /** The newest moment it took part in; -1 before the first. */
  lastSeen: number;
  /** Snapshots in a row that did not have it. */
  absent: number;
}

/** Key of the lifeline of a domain, or of one of its open files. */
export function lifelineKey(domid: number, file?: number | undefined): string {
  return file === undefined ? `d${domid}` : `f${file}`;
}

/** Domains by number, each followed by its open files by number; so one that comes never changes the order of others. */
function compare(one: Lifeline, other: Lifeline): number {
  return one.domid - other.domid || (one.file ?? -1) - (other.file ?? -1);
}

/** All domains and open files that are there, and those that ended and are still in the history. */
export class Lifelines {
  readonly #lines = new Map<string, Lifeline>();
  #sorted: readonly Lifeline[] | undefined;

  /** All of them, in the order in which they are drawn. */
  get all(): readonly Lifeline[] {
    this.#sorted ??= [...this.#lines.values()].sort(compare);
    return this.#sorted;
  }

  /** The lifeline with that key. */
  get(key: string): Lifeline | undefined {
    return this.#lines.get(key);
  }

  /**
   * Takes in what a snapshot has. What two in a row do not have ends at that moment: one alone may be ahead of the records,
   * which say better when.
   */
  replace(snapshot: HostSnapshot, seq: number): void {
    const seen = new Set<string>();
    for (const { domid, files } of snapshot.domains) {
      seen.add(this.#line(domid, undefined).key);
      for (const { file, process } of files) {
        const line = this.#line(domid, file);
        line.comm = process.comm;
        line.pid = process.pid;
        seen.add(line.key);
      }
    }
    for (const line of this.#lines.values()) {
      line.absent = seen.has(line.key) ? 0 : line.absent + 1;
      if (line.absent === 0) line.end = undefined;
      else if (line.absent > 1) line.end ??= seq;
    }
  }

  /** Follows a record, which is about to become the moment of that number. */
  take(record: TraceRecord, seq: number): void {
    const { domid } = record;
    switch (record.type) {
      case 'domain-create':
        this.#begin(this.#line(domid, undefined), seq);
        break;
      case 'domain-destroy':
        for (const line of this.#lines.values()) if (line.domid === domid) line.end ??= seq;
        break;
      case 'open': {
        const line = this.#line(domid, record.file);
        line.comm = record.name;
        line.pid = record.pid;
        this.#begin(line, seq);
        break;
      }
      case 'release':
        this.#line(domid, record.file).end = seq;
        break;
    }
  }

  /** Says that a moment touches a domain, or one of its open files, and both have their lines. */
  touch(domid: number, file: number | undefined, seq: number): void {
    this.#line(domid, undefined).lastSeen = seq;
    if (file !== undefined) this.#line(domid, file).lastSeen = seq;
  }

  /** Forgets those that ended and are in no moment from that one on. */
  forget(first: number): void {
    for (const line of this.#lines.values()) {
      if (line.end === undefined || line.end >= first || line.lastSeen >= first) continue;
      this.#lines.delete(line.key);
      this.#sorted = undefined;
    }
  }

  #begin(line: Lifeline, seq: number): void {
    line.begin = seq;
    line.end = undefined;
    line.absent = 0;
  }

  #line(domid: number, file: number | undefined): Lifeline {
    const key = lifelineKey(domid, file);
    let line = this.#lines.get(key);
    if (line === undefined) {
      const unknown = { comm: undefined, pid: undefined, begin: undefined, end: undefined };
      line = { key, domid, file, ...unknown, lastSeen: -1, absent: 0 };
      this.#lines.set(key, line);
      this.#sorted = undefined;
    }
    return line;
  }
}
