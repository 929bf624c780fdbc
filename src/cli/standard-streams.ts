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

/** Characters that are written at a time. */
const PIECE = 1 << 16;

/**
 * Writes lines to standard output as they are made, in large pieces and no faster than they are read.
 * @returns whether all of them are out; otherwise nobody reads on, and no further lines were made
 */
export async function standardOutputLines(lines: Iterable<string>): Promise<boolean> {
  const stream = listenedTo(process.stdout, onOutputError);
  let failed = false;
  const onError = (): void => {
    failed = true;
  };
  stream.on('error', onError);
  try {
    let piece = '';
    for (const line of lines) {
      piece += `${line}\n`;
      if (piece.length < PIECE) continue;
      await written(stream, piece);
      if (failed) return false;
      piece = '';
    }
    await written(stream, piece);
    return !failed;
  } finally {
    stream.off('error', onError);
  }
}

/** Writes, and waits until there is room for more; what goes wrong the stream's listeners are told. */
async function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.write(text, () => resolve());
  });
}
