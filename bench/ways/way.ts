import type { EventAbi, XenHost } from '../../src/index.js';
import type { Loop } from '../rounds.js';

/** Channels with a loop that sends events over them, port after port, and handles each. */
export interface Prepared {
  readonly host: XenHost;
  readonly loop: Loop;
  /** The ports the loop adds up. */
  readonly received: Uint32Array;
}

/** One way to handle events. Each is a module of its own, so that a process runs, and compiles, only one. */
export interface Way {
  /** @param count - channels, a power of two */
  prepare(count: number, abi: EventAbi): Prepared;
}

/** Those there are: the modules beside this one. */
export type WayName =
  | 'client'
  | 'client-burst'
  | 'client-shuffled'
  | 'client-pending'
  | 'client-iterator'
  | 'file'
  | 'file-burst';
