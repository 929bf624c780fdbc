import type { TraceReader } from '../trace-stream/trace-reader.js';

/** A text: its bytes, or a string with one byte a character. */
export type TextBytes = string | Uint8Array;

/** A file that a folder of the served tree has, besides folders and the device. */
export type TreeFile = {
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
} & FileContent;

/** What a file of the tree does. */
export type FileContent =
  /** It is read: each opening shows what was true at that time. */
  | { readonly kind: 'text'; readonly text: () => TextBytes }
  /** It is written: each write carries out a line. */
  | { readonly kind: 'control'; readonly control: Control }
  /** It is read while it grows: the trace of the host from the opening on. */
  | { readonly kind: 'trace'; readonly open: () => TraceReader };

/**
 * Carries out a line that was written.
 * @param line - one byte a character, without the newline at its end
 * @returns 0 or a negative errno; -EINVAL for what it cannot read
 */
export type Control = (line: string) => number;
