/** How many numbers faults have: 0 to one less. */
export const FAULT_NUMBERS = 1_000_000;

/** 2^32. */
const WORD = 0x1_0000_0000;
/** Golden ratio in 32 bits: what successive values that come of one hash differ by. */
const STEP = 0x9e3779b9;

/** Spreads a 32-bit word over all bits (the finalizer of MurmurHash3). */
function mix(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A hash with one word more. Both are unsigned 32-bit integers, as is the result. */
export function hashWord(hash: number, word: number): number {
  return mix(Math.imul(hash ^ word, STEP) + (hash >>> 15) + 1);
}

/** A hash of a text, one unsigned 32-bit integer (FNV-1a over its UTF-16 units). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The number of a fault by the hash of its occasion. */
export function numberOf(hash: number): number {
  return hash % FAULT_NUMBERS;
}

/** Whether what has this hash happens, at that rate. */
export function happens(hash: number, rate: number): boolean {
  return mix(hash + STEP) < rate * WORD;
}

/** An integer of a range, both ends included, that the hash decides. */
export function pick(hash: number, from: number, to: number): number {
  return from + (mix(hash + 2 * STEP) % (to - from + 1));
}
