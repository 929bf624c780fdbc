import { EvtchnError } from '../errors/evtchn-error.js';

/**
 * Runs something of Node's, whose errors then become ours.
 * @param syscall - the call, as errors name it
 * @param advice - what the reader can do, by the error's name
 * @throws EvtchnError with the errno of Node's error; other errors as they are
 */
export function withAdvice<Result>(
  syscall: string,
  advice: Readonly<Record<string, string>>,
  act: () => Result,
): Result {
  try {
    return act();
  } catch (error) {
    const { code, errno } = error as NodeJS.ErrnoException;
    if (error instanceof EvtchnError || code === undefined || errno === undefined) throw error;
    throw new EvtchnError(syscall, errno, advice[code]);
  }
}

/** The name of an error that has one, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Makes a file or directory, unless it is there. @returns whether it was made */
export function madeNow(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
