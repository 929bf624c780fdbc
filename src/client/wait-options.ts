import type { AbortSignalLike } from '../vfs/abort-signal.js';

/** How long to wait. */
export interface WaitOptions {
  /** Gives up when it aborts: the call rejects with the signal's reason, and nothing is consumed. */
  readonly signal?: AbortSignalLike | undefined;
}
