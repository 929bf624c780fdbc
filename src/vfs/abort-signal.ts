import { wrongType } from '../errors/argument.js';

/**
 * As much of an AbortSignal as is used here, so that the library needs the types of neither a browser nor Node. Any
 * AbortSignal fits.
 */
export interface AbortSignalLike {
  /** It is aborted already. */
  readonly aborted: boolean;
  /** Why it was aborted; what a waiting call rejects with. */
  readonly reason?: unknown;
  /** Has `listener` called when it aborts. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Undoes {@link addEventListener}. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Refuses what is neither an AbortSignal nor left out. @throws TypeError (`ERR_INVALID_ARG_TYPE`) */
export function checkSignal(name: string, value: AbortSignalLike | undefined): void {
  if (value === undefined) return;
  const fits =
    typeof value === 'object' &&
    value !== null &&
    typeof value.aborted === 'boolean' &&
    typeof value.addEventListener === 'function' &&
    typeof value.removeEventListener === 'function';
  if (!fits) throw wrongType(name, 'an AbortSignal', value);
}
