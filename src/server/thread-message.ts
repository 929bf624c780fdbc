import type { FaultRequest } from '../faults/fault-request.js';

/** A character device to be made by CUSE. */
export interface CuseDevice {
  /** Descriptor of /dev/cuse, newly opened. */
  readonly fd: number;
  /** Number of the domain whose device it is; while there is no such domain, opening it is ENODEV. */
  readonly domid: number;
  /** Its name below /dev, such as `xen/evtchn`: ASCII, at most 255 bytes; no other CUSE device may have it. */
  readonly name: string;
}

/** What the serving thread is started with. The thread closes the descriptors of channels. */
export interface ServingOptions {
  /** Descriptor of /dev/fuse, mounted; undefined for a host without a tree. */
  readonly fuse: number | undefined;
  readonly cuse: readonly CuseDevice[];
  /** Descriptor that becomes readable when the thread is to stop; stays open. */
  readonly wakeup: number;
  /** Memory of the `ThreadState` that is shared. */
  readonly state: SharedArrayBuffer;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly deviceMode: number;
  readonly domains: readonly number[];
  /** Whether times and counts are kept of what happens. */
  readonly statistics: boolean;
  /** Records kept for readers of the trace. */
  readonly traceRecords: number | undefined;
  /** Faults that the host is to show. */
  readonly faults: FaultRequest | undefined;
  /** Version of the package, for the file `server`. */
  readonly version: string;
}

/** What the serving thread tells. */
export type ThreadMessage =
  /** The mount and the devices can be used. */
  | { readonly type: 'ready' }
  /** The kernel's protocol is too old, or it did not make a device: nothing is served. */
  | { readonly type: 'refused'; readonly reason: string }
  /** A caller's memory may not be read. */
  | { readonly type: 'denied'; readonly pid: number; readonly errno: number }
  /** The kernel did not take a reply, which it should have. */
  | { readonly type: 'reply-refused'; readonly code: string };
