import { EvtchnError } from '../../src/index.js';

/** The errno's name with which a call is refused, `ok` if it is not; an error of any other kind goes on. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof EvtchnError) return error.code;
    throw error;
  }
  return 'ok';
}
