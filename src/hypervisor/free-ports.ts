/** Ports one 32-bit word of a level stands for are found by its lowest clear bit. */
const FULL = -1;

/**
 * Which ports are taken, with the lowest free one found in a few steps however many there are: three levels of bit
 * words, in which a set bit above means that the whole word below is taken. Xen finds the same port by a linear search
 * (`get_free_port`, xen/common/event_channel.c), which its users know as minutes for the last ports of a FIFO domain.
 */
export class FreePorts {
  /** A set bit is a taken port. */
  #taken = new Int32Array(2);
  /** A set bit is a full word of the level below. */
  #full = new Int32Array(1);
  /** The same, one level up: 32^3 = 32768 ports a word. */
  #fuller = new Int32Array(1);
  /** A set bit is a word of {@link #taken} that is not empty. */
  #used = new Int32Array(1);

  /** The lowest port that is not taken; may be one that no array reaches yet. */
  lowest(): number {
    return this.lowestFrom(0);
  }

  /** The lowest port at or above `start` that is not taken. */
  lowestFrom(start: number): number {
    const word = start >>> 5;
    if (word >= this.#taken.length) return start;
    // The rest of the word that holds `start` first, then whole words by the levels above.
    const rest = this.#taken[word]! | ((1 << (start & 31)) - 1);
    if (rest !== FULL) return (word << 5) + lowestClear(rest);
    const next = this.#nextOpenWord(word + 1);
    return next >= this.#taken.length ? next << 5 : (next << 5) + lowestClear(this.#taken[next]!);
  }

  /** Marks a port as taken. */
  take(port: number): void {
    const word = port >>> 5;
    if (word >= this.#taken.length) this.#grow(word);
    const bits = this.#taken[word]! | (1 << (port & 31)) | 0;
    this.#taken[word] = bits;
    this.#used[word >>> 5]! |= 1 << (word & 31);
    if (bits !== FULL) return;
    const full = this.#full[word >>> 5]! | (1 << (word & 31));
    this.#full[word >>> 5] = full;
    if (full === FULL) this.#fuller[word >>> 10]! |= 1 << ((word >>> 5) & 31);
  }

  /** The lowest taken port at or above `start`, or -1: as quick as {@link lowest}, however few there are. */
  takenFrom(start: number): number {
    let word = start >>> 5;
    if (word >= this.#taken.length) return -1;
    const rest = this.#taken[word]! & (-1 << (start & 31));
    if (rest !== 0) return (word << 5) + lowestSet(rest);
    word++;
    let above = word >>> 5;
    for (let mask = -1 << (word & 31); above < this.#used.length; above++, mask = -1) {
      const used = this.#used[above]! & mask;
      if (used === 0) continue;
      word = (above << 5) + lowestSet(used);
      return (word << 5) + lowestSet(this.#taken[word]!);
    }
    return -1;
  }

  /** Marks a port as free again. */
  give(port: number): void {
    const word = port >>> 5;
    const left = this.#taken[word]! & ~(1 << (port & 31));
    this.#taken[word] = left;
    if (left === 0) this.#used[word >>> 5]! &= ~(1 << (word & 31));
    this.#full[word >>> 5]! &= ~(1 << (word & 31));
    this.#fuller[word >>> 10]! &= ~(1 << ((word >>> 5) & 31));
  }

  /** Bytes held, for measuring. */
  get byteLength(): number {
    const levels = [this.#taken, this.#full, this.#fuller, this.#used];
    return levels.reduce((sum, level) => sum + level.byteLength, 0);
  }

  /** The first word at or after `word` that is not full. */
  #nextOpenWord(word: number): number {
    let group = word >>> 5;
    if (group >= this.#full.length) return word;
    const rest = this.#full[group]! | ((1 << (word & 31)) - 1);
    if (rest !== FULL) return (group << 5) + lowestClear(rest);
    group++;
    while (group < this.#full.length) {
      const above = this.#fuller[group >>> 5]! | ((1 << (group & 31)) - 1);
      if (above !== FULL) {
        group = ((group >>> 5) << 5) + lowestClear(above);
        return group >= this.#full.length
          ? group << 5
          : (group << 5) + lowestClear(this.#full[group]!);
      }
      group = ((group >>> 5) + 1) << 5;
    }
    return group << 5;
  }

  #grow(word: number): void {
    const length = Math.max(word + 1, Math.ceil(this.#taken.length * 1.5));
    this.#taken = extend(this.#taken, length);
    this.#full = extend(this.#full, (length + 31) >>> 5);
    this.#used = extend(this.#used, (length + 31) >>> 5);
    this.#fuller = extend(this.#fuller, (length + 1023) >>> 10);
  }
}

function lowestSet(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function lowestClear(bits: number): number {
  return lowestSet(~bits);
}

function extend(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(words);
  return grown;
}
