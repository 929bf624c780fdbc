/**
 * A set of small numbers whose next member is found in a few steps, however many there are and however far away it is: three
 * levels of bit words, in which a bit above says that the word below is not empty.
 */
export class BitTree {
  #members = new Int32Array(2);
  #words = new Int32Array(1);
  #groups = new Int32Array(1);

  /** Puts a number in. */
  add(number: number): void {
    const word = number >>> 5;
    if (word >= this.#members.length) this.#grow(word);
    this.#members[word]! |= 1 << (number & 31);
    this.#words[word >>> 5]! |= 1 << (word & 31);
    this.#groups[word >>> 10]! |= 1 << ((word >>> 5) & 31);
  }

  /** Takes a number out; one that is not in is ignored. */
  delete(number: number): void {
    const word = number >>> 5;
    if (word >= this.#members.length) return;
    this.#members[word]! &= ~(1 << (number & 31));
    if (this.#members[word] !== 0) return;
    this.#words[word >>> 5]! &= ~(1 << (word & 31));
    if (this.#words[word >>> 5] !== 0) return;
    this.#groups[word >>> 10]! &= ~(1 << ((word >>> 5) & 31));
  }

  /** The lowest member at or above `start`, or -1. */
  next(start: number): number {
    const inWord = nextBit(this.#members, start);
    if (inWord >= 0 || inWord === END) return inWord;
    // Nothing in the word of `start`: the next word that is not empty, by the level above, and so on.
    const word = (start >>> 5) + 1;
    let at = nextBit(this.#words, word);
    if (at === ELSEWHERE) {
      const group = this.#nextGroup((word >>> 5) + 1);
      if (group < 0) return -1;
      at = (group << 5) + lowestSet(this.#words[group]!);
    }
    return at < 0 ? -1 : (at << 5) + lowestSet(this.#members[at]!);
  }

  /** Bytes held, for measuring. */
  get byteLength(): number {
    return this.#members.byteLength + this.#words.byteLength + this.#groups.byteLength;
  }

  #nextGroup(start: number): number {
    for (let group = start; ; ) {
      const found = nextBit(this.#groups, group);
      if (found !== ELSEWHERE) return found;
      group = ((group >>> 5) + 1) << 5;
    }
  }

  #grow(word: number): void {
    const length = Math.max(word + 1, Math.ceil(this.#members.length * 1.5));
    this.#members = extend(this.#members, length);
    this.#words = extend(this.#words, (length + 31) >>> 5);
    this.#groups = extend(this.#groups, (length + 1023) >>> 10);
  }
}

/** {@link nextBit}: beyond the last word; not in this word, but perhaps in a later one. */
const END = -1;
const ELSEWHERE = -2;

/** The lowest set bit at or above `start` within the word that holds `start`. */
function nextBit(words: Int32Array, start: number): number {
  const word = start >>> 5;
  if (word >= words.length) return END;
  const bits = words[word]! & (-1 << (start & 31));
  return bits === 0 ? ELSEWHERE : (word << 5) + lowestSet(bits);
}

function lowestSet(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function extend(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(words);
  return grown;
}
