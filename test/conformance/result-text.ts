import { atoi } from './c-numbers.js';

/** Bytes of one item of a list. */
const MAX_ITEM = 39;

/** Results of the items of a list; equal ones that follow each other are counted: `ok x2 ENOTCONN`. */
export class ResultList {
  readonly #done: string[] = [];
  #last = '';
  #count = 0;

  add(result: string): void {
    if (this.#count > 0 && this.#last === result) {
      this.#count++;
      return;
    }
    this.#flush();
    this.#last = result.slice(0, MAX_ITEM);
    this.#count = 1;
  }

  #flush(): void {
    if (this.#count > 1) this.#done.push(`${this.#last} x${this.#count}`);
    else if (this.#count === 1) this.#done.push(this.#last);
    this.#count = 0;
  }

  /** The list; nothing can be added after that. */
  toString(): string {
    this.#flush();
    return this.#done.join(' ');
  }
}

/** A name and the number at its end; -1 for none, or for a name that is nothing but a number. */
function splitNumber(name: string): { readonly base: string; readonly number: number } {
  const base = name.replace(/[0-9]+$/, '');
  const hasNumber = base !== '' && base.length < name.length;
  return { base, number: hasNumber ? atoi(name.slice(base.length)) : -1 };
}

/** Port names behind a read, three or more that count up written as `q[0..9]`. */
export function portNames(names: readonly string[]): string {
  const parts = names.map(splitNumber);
  let text = '';
  for (let i = 0; i < names.length; ) {
    const { base, number } = parts[i]!;
    let end = i + 1;
    while (
      number >= 0 &&
      end < names.length &&
      parts[end]!.number === number + (end - i) &&
      parts[end]!.base === base
    ) {
      end++;
    }
    if (end - i >= 3) {
      text += ` ${base}[${number}..${number + (end - i) - 1}]`;
      i = end;
    } else {
      text += ` ${names[i]}`;
      i++;
    }
  }
  return text;
}

/** By name, then by the number at its end. */
export function sortedPortNames(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, ...splitNumber(name) }))
    .sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : a.number - b.number))
    .map(({ name }) => name);
}
