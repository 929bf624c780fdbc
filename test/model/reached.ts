import type { Outcome } from './outcome.js';

/** What random programs have to get to, or the suite would prove little: every one of these, in every run. */
const MUST_REACH = [
  'EFBIG',
  'EAGAIN',
  'EFAULT',
  'ENOSPC',
  'EPERM',
  'EACCES',
  'EEXIST',
  'EINVAL',
  'ENODEV',
  'ENOENT',
  'ENOSYS',
  'ENOTCONN',
  'ESRCH',
  'EBADF',
  'a ring that grew',
] as const;

/** Counts what programs came across. */
export class Reached {
  readonly #counts = new Map<string, number>();

  /** An operation was answered. */
  saw(outcome: Outcome): void {
    if (outcome.startsWith('E')) this.#count(outcome);
  }

  /** A file holds so many ports. */
  holds(ports: number): void {
    if (ports > 64) this.#count('a ring that grew');
  }

  /** What was never come across. */
  get missing(): string[] {
    return MUST_REACH.filter((what) => !this.#counts.has(what));
  }

  /** What was, and how often. */
  get summary(): string {
    return [...this.#counts]
      .sort(([, one], [, other]) => other - one)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ');
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}
