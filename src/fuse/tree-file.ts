import type { TraceReader } from '../trace/trace-reader.js';

/** A file that a folder of the served tree has, besides folders and the device. */
export type TreeFile = {
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
} & FileContent;

/** What a file of the tree does. */
export type FileContent =
  /** It is read: each opening shows what was true at that time. The text has one byte a character. */
  | { readonly kind: 'text'; readonly text: () => string }
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
