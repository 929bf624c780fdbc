import { scanRange, strtol, toInt } from './c-numbers.js';

/** Tokens of a step that count; the rest is ignored. */
const MAX_TOKENS = 64;
/** Names of handles, ports, jobs and children are cut to this. */
export const MAX_NAME = 19;
/** A name before the `[` of a list, longer than which it is no list. */
const LIST_BASE = /^([^[]{1,15})\[/;

/** A step taken apart: `write A p1 p2 n=8` has the words `write`, `A`, `p1`, `p2` and the value `n`. */
export class StepArguments {
  readonly words: readonly string[];

  constructor(line: string) {
    this.words = line
      .split(/[ \t]+/)
      .filter((word) => word !== '')
      .slice(0, MAX_TOKENS);
  }

  /** The first word: which step it is. */
  get name(): string {
    return this.words[0] ?? '';
  }

  word(index: number): string | undefined {
    return this.words[index];
  }

  /** What stands behind `key=`, in the first word that has it. */
  value(key: string): string | undefined {
    const start = `${key}=`;
    return this.words
      .slice(1)
      .find((word) => word.startsWith(start))
      ?.slice(start.length);
  }

  /** The word itself stands somewhere behind the first. */
  has(flag: string): boolean {
    return this.words.includes(flag, 1);
  }

  /** `key=N` as a long. */
  long(key: string, otherwise: number): bigint {
    const value = this.value(key);
    return value === undefined ? BigInt(otherwise) : strtol(value);
  }

  /** `key=N` as an int. */
  int(key: string, otherwise: number): number {
    return toInt(this.long(key, otherwise));
  }
}

/** The names a word stands for: `p[0..9]` ten, also counting down; any other word itself. */
export function expand(word: string): string[] {
  const base = LIST_BASE.exec(word);
  const range = base === null ? undefined : scanRange(word.slice(base[0].length));
  if (base === null || range === undefined) return [word.slice(0, MAX_NAME)];
  const [first, last] = range;
  const direction = last >= first ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, i) =>
    `${base[1]!.slice(0, 12)}${first + direction * i}`.slice(0, MAX_NAME),
  );
}
