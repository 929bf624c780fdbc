import type { MemoryReader } from '../../../src/fuse/caller-memory.js';

const EFAULT = 14;

/** One look into a program's memory. */
export interface Look {
  readonly pid: number;
  readonly address: bigint;
  readonly count: number;
}

/** Memory of the programs that make requests: what was put there, and nothing else. */
export class CallerPrograms implements MemoryReader {
  readonly words: Uint32Array = new Uint32Array(1024);
  /** Every look into it so far. */
  readonly looks: Look[] = [];
  /** What a look answers instead: a negative errno, by process. */
  readonly refusals = new Map<number, number>();
  readonly #bytes = new Map<string, number>();

  /** Lays bytes into a program's memory. */
  put(pid: number, address: bigint, bytes: Uint8Array): void {
    for (const [i, byte] of bytes.entries()) this.#bytes.set(`${pid}:${address + BigInt(i)}`, byte);
  }

  read(pid: number, low: number, high: number, count: number): number {
    const address = (BigInt(high) << 32n) | BigInt(low);
    this.looks.push({ pid, address, count });
    const refusal = this.refusals.get(pid);
    if (refusal !== undefined) return refusal;
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const byte = this.#bytes.get(`${pid}:${address + BigInt(i)}`);
      if (byte === undefined) return -EFAULT;
      bytes[i] = byte;
    }
    // What is not read stays as it was, as of a buffer that is used again.
    new Uint8Array(this.words.buffer).set(bytes);
    return 0;
  }
}
