import type { HostSource } from '../source/host-source.js';
import { Changing } from './changing.js';
import type { PageModel } from './page-model.js';

/** Milliseconds between two snapshots. */
const SNAPSHOT_INTERVAL = 1000;

/** Where the connection is. */
export type Connection =
  | { readonly state: 'connecting' | 'live' }
  /** Snapshots fail at the moment. */
  | { readonly state: 'failing'; readonly why: string }
  | { readonly state: 'ended'; readonly why: string };

/** What calls back later: `globalThis` of a browser or of Node. */
export interface FollowerTimers {
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(handle: never): void;
}

/** Has a model follow a host: batches as they come, and a snapshot a second while somebody looks. */
export class SourceFollower extends Changing {
  readonly #source: HostSource;
  readonly #model: PageModel;
  readonly #timers: FollowerTimers;
  #connection: Connection = { state: 'connecting' };
  #unfollow: (() => void) | undefined;
  #timer: unknown;
  #asking = false;
  #watched = true;

  constructor(source: HostSource, model: PageModel, timers: FollowerTimers) {
    super();
    this.#source = source;
    this.#model = model;
    this.#timers = timers;
  }

  /** Where the connection is. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Begins. @returns what ends it */
  start(): () => void {
    const unfollow = this.#source.follow(
      (batch) => this.#model.take(batch),
      (why) => this.#ended(why),
    );
    if (this.#connection.state === 'ended') return unfollow;
    this.#unfollow = unfollow;
    this.#ask();
    return () => this.#stop();
  }

  /** Says whether anybody sees the page: without, no snapshots are asked for. */
  watch(watched: boolean): void {
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#timers.clearTimeout(this.#timer as never);
    if (watched) this.#ask();
  }

  /** Asks for a snapshot now rather than in a while: after something was done to the host. */
  refresh(): void {
    this.#timers.clearTimeout(this.#timer as never);
    this.#ask();
  }

  #ask(): void {
    if (this.#asking || this.#unfollow === undefined) return;
    this.#asking = true;
    this.#source.snapshot().then(
      (snapshot) => {
        if (this.#answered()) {
          this.#model.takeSnapshot(snapshot);
          this.#become({ state: 'live' });
        }
      },
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        if (this.#answered()) this.#become({ state: 'failing', why });
      },
    );
  }

  /** @returns whether the answer is still wanted */
  #answered(): boolean {
    this.#asking = false;
    if (this.#unfollow === undefined) return false;
    if (this.#watched) this.#timer = this.#timers.setTimeout(() => this.#ask(), SNAPSHOT_INTERVAL);
    return true;
  }

  #become(connection: Connection): void {
    if (connection.state === 'live' && this.#connection.state === 'live') return;
    this.#connection = connection;
    this.changed();
  }

  #ended(why: string): void {
    this.#stop();
    this.#become({ state: 'ended', why });
  }

  #stop(): void {
    this.#timers.clearTimeout(this.#timer as never);
    this.#unfollow?.();
    this.#unfollow = undefined;
  }
}
