import { errnoMessage } from '../abi/errno.js';

/** A reader that goes away is no failure: nobody wants to know more. Anything else is, as of a full disk. */
function onOutputError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.exitCode = 1;
  const why = errnoMessage(error.errno ?? 0);
  standardError(`xen-evtchn: cannot write to standard output: ${why}\n`);
}

/** Where errors cannot be told, there is nobody to tell that either. */
function onErrorError(): void {}

/** A stream of this process, whose failures are dealt with. */
function listenedTo(
  stream: NodeJS.WriteStream,
  onError: (error: NodeJS.ErrnoException) => void,
): NodeJS.WriteStream {
  if (stream.listenerCount('error', onError) === 0) stream.on('error', onError);
  return stream;
}

/**
 * Writes to standard output. The stream is opened by the first text only: Node makes it non-blocking, which programs that
 * share it would not expect.
 */
export function standardOutput(text: string): void {
  listenedTo(process.stdout, onOutputError).write(text);
}

/** Writes to standard error, likewise. */
export function standardError(text: string): void {
  listenedTo(process.stderr, onErrorError).write(text);
}
