import type { ChromeArgs, ChromeEvent } from './chrome-event.js';

/** The first number of a track; below are those of domains, from which Perfetto tells main threads. */
const FIRST_TRACK = 0x8000;
/** Tracks a domain may have: two for each of 2^17 ports. */
const TRACKS = 2 * 0x20000;
/** Domains whose tracks have numbers of their own, within the 32 bits Perfetto keeps. */
const DOMAINS = 0x3fff;

/** The category of all slices, for filters. */
export const CATEGORY = 'evtchn';

/** A row of the picture: a port of a domain, or, with port 0, the domain itself. */
export interface ChromeTrack {
  readonly pid: number;
  readonly tid: number;
  /** Slices that are open on it, outermost first. */
  readonly open: string[];
}

/** The tracks of a picture, a process for each domain and a thread for each port, and what is written onto them. */
export class ChromeTracks {
  readonly #write: (event: ChromeEvent) => void;
  readonly #tracks = new Map<number, ChromeTrack>();
  /** Domains by number: their place among those that were seen. */
  readonly #domains = new Map<number, number>();

  /** @param write - where events go */
  constructor(write: (event: ChromeEvent) => void) {
    this.#write = write;
  }

  /** The pid of a domain. 0 would be the idle process of a kernel. */
  static pid(domid: number): number {
    return domid + 1;
  }

  /**
   * The track of a port, named when it is first used.
   * @param port - 0 for the domain itself
   * @param next - the second track of a port, for an event that comes while another one is in front of it
   * @param name - asked for its name
   */
  track(domid: number, port: number, next: boolean, name: () => string): ChromeTrack {
    const key = (domid * 0x20000 + port) * 2 + Number(next);
    let track = this.#tracks.get(key);
    if (track === undefined) {
      const pid = this.#domain(domid);
      const place = this.#domains.get(domid)! % DOMAINS;
      const tid = FIRST_TRACK + place * TRACKS + port * 2 + Number(next);
      track = { pid, tid, open: [] };
      this.#tracks.set(key, track);
      this.#write({ ph: 'M', name: 'thread_name', pid, tid, args: { name: name() } });
      const index = port * 2 + Number(next);
      this.#write({ ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: index } });
    }
    return track;
  }

  /** A port is something else from now on: its track keeps its number, and is called by what it is now. */
  rename(domid: number, port: number, name: string): void {
    const track = this.#tracks.get((domid * 0x20000 + port) * 2);
    if (track === undefined) return;
    const { pid, tid } = track;
    this.#write({ ph: 'M', name: 'thread_name', pid, tid, args: { name } });
  }

  begin(track: ChromeTrack, name: string, ts: number, args?: ChromeArgs): void {
    const { pid, tid } = track;
    track.open.push(name);
    this.#write({ ph: 'B', name, cat: CATEGORY, pid, tid, ts, args });
  }

  /** Ends the slice that was begun last; nothing where none is open. */
  end({ pid, tid, open }: ChromeTrack, ts: number, args?: ChromeArgs): void {
    if (open.pop() !== undefined) this.#write({ ph: 'E', pid, tid, ts, args });
  }

  mark({ pid, tid }: ChromeTrack, name: string, ts: number, args?: ChromeArgs): void {
    this.#write({ ph: 'i', s: 't', name, cat: CATEGORY, pid, tid, ts, args });
  }

  /** The tail of an arrow, at the slice that is open on a track. */
  from({ pid, tid }: ChromeTrack, name: string, id: number, ts: number): void {
    this.#write({ ph: 's', name, cat: CATEGORY, id, pid, tid, ts });
  }

  /** Its head. */
  to({ pid, tid }: ChromeTrack, name: string, id: number, ts: number): void {
    this.#write({ ph: 'f', bp: 'e', name, cat: CATEGORY, id, pid, tid, ts });
  }

  /** Every track. */
  all(): IterableIterator<ChromeTrack> {
    return this.#tracks.values();
  }

  #domain(domid: number): number {
    const pid = ChromeTracks.pid(domid);
    if (!this.#domains.has(domid)) {
      this.#domains.set(domid, this.#domains.size);
      const name = `domain ${domid}`;
      this.#write({ ph: 'M', name: 'process_name', pid, tid: pid, args: { name } });
    }
    return pid;
  }
}
