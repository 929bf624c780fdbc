/** What a device is served over: a file of FUSE, or a character device of CUSE. */
export type Transport = 'fuse' | 'cuse';

/** Version of a Linux kernel: its first two numbers. */
export type Kernel = readonly [major: number, minor: number];

/** What is answered; where it depends on the kernel, from some version on and before. */
export type Answer =
  | string
  | { readonly since: Kernel; readonly now: string; readonly earlier: string };

/**
 * One line in which the served device differs: number of the line, counted from 1, the step, and what the real and the
 * served device answer to it.
 */
export type DifferentLine = readonly [line: number, step: string, real: string, served: Answer];

/** The lines of cases, by name, each in the order of its lines. */
export type DifferentLines = Readonly<Record<string, readonly DifferentLine[]>>;

/** What is to be expected of cases that are in no list: answers of certain steps are written differently. */
export interface Rule {
  readonly step: RegExp;
  /** In the real answer, what `served` takes the place of. */
  readonly real: RegExp;
  readonly served: Answer;
  /** Only in cases with this in their text; in all unless given. */
  readonly inCase?: RegExp;
}

/** A row of the table in docs/deviations.md: something that the kernel between program and server does otherwise. */
export interface Deviation {
  /** As the first cell of the row says it. */
  readonly what: string;
  /** The cases that show it over FUSE, and over CUSE; it is there only over those that are given. */
  readonly fuse?: DifferentLines;
  readonly cuse?: DifferentLines;
  /** How it shows in cases of other folders, as far as it changes nothing but the one answer. */
  readonly rules: readonly Rule[];
}

/** What is answered on a kernel. */
export function answerOn(kernel: Kernel, answer: Answer): string {
  if (typeof answer === 'string') return answer;
  const { since, now, earlier } = answer;
  const isOlder = kernel[0] < since[0] || (kernel[0] === since[0] && kernel[1] < since[1]);
  return isOlder ? earlier : now;
}

/**
 * The version that `uname -r` tells.
 * @throws Error for what is none
 */
export function kernelOf(release: string): Kernel {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  if (major === undefined) throw new Error(`no version of Linux: ${release}`);
  return [Number(major), Number(minor)];
}
