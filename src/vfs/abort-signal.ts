/**
 * As much of an AbortSignal as is used here, so that the library needs the types of neither a browser nor Node. Any
 * AbortSignal fits.
 */
export interface AbortSignalLike {
  readonly aborted: boolean;
  /** Why it was aborted; what a waiting call rejects with. */
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
