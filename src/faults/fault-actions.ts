import type { HostDomain } from '../host/host-domain.js';

/** What faults do to the world outside the host, which must be handed in. */
export interface FaultActions {
  /** Stands still for so many milliseconds, serving nobody. */
  sleep(ms: number): void;
  /**
   * Kills processes that have a device open, with SIGKILL.
   * @param openers - the threads that opened it, as the server sees them
   * @returns how many were killed; those that are gone, or that the server is one of, are not
   */
  kill(openers: readonly FileOpener[]): number;
  /** Destroys a domain, with its folder if it has one. */
  destroy(domain: HostDomain): void;
}

/** Who opened a file. */
export interface FileOpener {
  /** The thread's number as the server sees it, from 1. */
  readonly pid: number;
  /** Its name then. */
  readonly comm: string;
}
