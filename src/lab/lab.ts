import type { Evtchn } from '../client/evtchn.js';
import type { EmbeddedOpenOptions, HostDomain } from '../host/host-domain.js';
import type { DomainOptions, XenHost } from '../host/xen-host.js';
import type { Cell } from './cell.js';
import type { Random } from './random.js';

/** How a party is started. */
export interface PartyOptions {
  /** It need not end: such as a server, which waits for the next request for ever. Off unless given. */
  readonly daemon?: boolean | undefined;
  /**
   * The domain that it runs in and that may be destroyed under it, at any moment and with it, in some schedules: its calls
   * never return then. It does not die unless given.
   */
  readonly mortal?: number | undefined;
}

/** What a party is given: itself, and what it can wait for besides events. */
export interface Party {
  /** Its name. */
  readonly name: string;
  /**
   * Opens the device of a domain, which is made if there is none of that number. The handle is the embedded device's, but that
   * the lab decides when those who wait on it go on.
   */
  openEvtchn(domid: number, options?: EmbeddedOpenOptions): Evtchn;
  /** A point where any other party may come in between. @param what - what it is about to do, for who reads of the run */
  step(what?: string): Promise<void>;
  /** Waits until something holds, which is looked at before each step. @param what - in words, for who reads of the run */
  until(condition: () => boolean, what?: string): Promise<void>;
  /** Waits for so many milliseconds of virtual time. */
  sleep(milliseconds: number): Promise<void>;
  /**
   * Waits for a promise of the host's, such as those of `hypercalls.poll` and of blocking reads of a `File`: what it takes is begun at
   * a step of the party's, and the party goes on with it at another. For promises only that something in the run settles, and not
   * those of timers or I/O of the machine.
   * @param what - in words, for who reads of the run
   * @param begin - begins what is waited for, and may do so at once; what it throws, the party gets
   */
  wait<T>(what: string, begin: () => T | PromiseLike<T>): Promise<T>;
}

/** What a scenario builds on: a host of its own, whose every order the lab decides. */
export interface Lab {
  /** The host: its events wait until the lab delivers them, its time goes on when the lab has a timer fire. */
  readonly host: XenHost;
  /** Numbers for data, the same for the same seed and run. */
  readonly random: Random;
  /**
   * Makes a domain with options of its own; one that is merely opened is made with those of {@link XenHost.createDomain}, but
   * that its kernel binds no channels for itself.
   */
  createDomain(options: DomainOptions): HostDomain;
  /**
   * Starts a party: an async function that runs by itself, and together with the others in any order. All it awaits must be the
   * lab's: handles, cells, `step`, `sleep`, or other parties' promises.
   */
  party(name: string, run: (party: Party) => Promise<void>, options?: PartyOptions): void;
  /**
   * Memory that parties share, such as an index of a ring. Each access is a step of its own, so that any other party may come in
   * between.
   */
  cell<T>(name: string, value: T): Cell<T>;
  /** What is to be checked when all parties are over: it throws where that is not as it should be. In the order it was asked for. */
  atEnd(check: () => void): void;
}

/**
 * Sets a run up: makes domains, starts parties. It is run from the start for each schedule, so it must keep nothing from an
 * earlier one, and leave nothing to chance but what it takes from `lab.random`. It is not async: parties are.
 */
export type Scenario = (lab: Lab) => void;
