import type { ThreadHandle } from '../native/thread-interrupt.js';
import type { LoopEnd } from './serving-loop.js';

/** What the serving thread is started with. */
export interface ServingOptions {
  /** Descriptor of /dev/fuse, mounted; the thread closes it. */
  readonly fuse: number;
  /** Descriptor that becomes readable when the thread is to stop; stays open. */
  readonly wakeup: number;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly deviceMode: number;
  readonly domains: readonly number[];
  /** Version of the package, for the file `server`. */
  readonly version: string;
}

/** What the serving thread tells. */
export type ThreadMessage =
  /** It is about to serve; by the handle it is interrupted. */
  | { readonly type: 'started'; readonly thread: ThreadHandle }
  /** INIT was answered: the mount can be used. */
  | { readonly type: 'ready'; readonly minor: number }
  /** The kernel's protocol is too old. */
  | { readonly type: 'refused'; readonly reason: string }
  /** A caller's memory may not be read. */
  | { readonly type: 'denied'; readonly pid: number; readonly errno: number }
  /** The kernel did not take a reply, which it should have. */
  | { readonly type: 'reply-refused'; readonly code: string }
  | { readonly type: 'ended'; readonly how: LoopEnd };
