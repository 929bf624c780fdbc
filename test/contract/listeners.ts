import type { AbortSignalLike } from 'xen-evtchn';

/** A signal that never aborts, and says how many listen to it. */
export function listeners(): { readonly signal: AbortSignalLike; readonly count: () => number } {
  const listening = new Set<() => void>();
  const signal: AbortSignalLike = {
    aborted: false,
    addEventListener: (_type, listener) => listening.add(listener),
    removeEventListener: (_type, listener) => listening.delete(listener),
  };
  return { signal, count: () => listening.size };
}
