import { finished, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ConsoleEnd } from './console-end.js';

/** What an end of a console is attached to. */
export interface Terminal {
  /** What goes to the other end. */
  readonly input: Readable;
  /** Where what comes from the other end goes; it is not ended. */
  readonly output: Writable;
  readonly signal: AbortSignal;
}

/**
 * Hands text on, both ways, until it has ended both ways, or the other end is gone; what that has not taken is lost then.
 * @throws (rejects) the errors of ConsoleEnd and of the streams, an AbortError or the signal's reason
 */
export async function attach(end: ConsoleEnd, terminal: Terminal): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([terminal.signal, over.signal]);
  const gone = new AbortController();
  const watching = end.untilPeerClosed({ signal }).finally(() => gone.abort());

  const send = async (): Promise<void> => {
    const options = { signal: AbortSignal.any([signal, gone.signal]) };
    try {
      await pipeline(terminal.input, (input) => writeAll(end, input, options), options);
    } catch (error) {
      if (signal.aborted || !end.peerClosed) throw error;
    }
  };
  const show = async (): Promise<void> => {
    const { output } = terminal;
    // An output that fails ends the wait for text, too: the pipeline itself waits for whoever makes it.
    const failed = new AbortController();
    const forget = finished(output, () => failed.abort());
    try {
      const text = end.text({ signal: AbortSignal.any([signal, failed.signal]) });
      await pipeline(text, output, { end: false, signal });
    } finally {
      forget();
    }
  };

  try {
    await Promise.all([send(), show()]);
  } finally {
    over.abort();
    await watching.catch(() => {});
  }
}

async function writeAll(
  end: ConsoleEnd,
  input: AsyncIterable<Uint8Array>,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  for await (const bytes of input) await end.write(bytes, options);
  end.end();
}
