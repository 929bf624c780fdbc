import { PAGE_SIZE } from '../../src/abi/page.js';
import type { UserMemory } from '../../src/vfs/user-memory.js';
import { strtoul } from './c-numbers.js';

/** Pages that can be read and written; behind them is a page nobody may touch. Low, so that 32-bit calls reach them. */
const USABLE_PAGES = 31;
const PAGES_AT = 0x4000_0000;
/** A page of zeros that cannot be written. */
const READ_ONLY_AT = 0x7e00_0000_0000;
/** Where the C library takes large buffers from. */
const BUFFERS_AT = 0x7f00_0000_0000;
/** Variables of a call. */
const VARIABLES_AT = 0x7ff0_0000_0000;

/** A piece of memory that is there. */
export interface Region {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly writable: boolean;
}

/** The memory of a simulated process: a few regions, and holes between them that fault. */
export class AddressSpace implements UserMemory {
  readonly #pages = region(PAGES_AT, USABLE_PAGES * PAGE_SIZE);
  readonly #variables = region(VARIABLES_AT, PAGE_SIZE);
  readonly #regions = new Set<Region>([
    this.#pages,
    this.#variables,
    { ...region(READ_ONLY_AT, PAGE_SIZE), writable: false },
  ]);
  #nextBuffer = BUFFERS_AT;

  /** A buffer at an address of its own, until it is freed. */
  allocate(size: number): Region {
    const buffer = region(this.#nextBuffer, size);
    this.#nextBuffer += Math.ceil((size + 1) / PAGE_SIZE) * PAGE_SIZE;
    this.#regions.add(buffer);
    return buffer;
  }

  free(buffer: Region): void {
    this.#regions.delete(buffer);
    if (this.#regions.size === 3) this.#nextBuffer = BUFFERS_AT;
  }

  /** A child's memory: a copy. */
  fork(): AddressSpace {
    const child = new AddressSpace();
    child.#pages.bytes.set(this.#pages.bytes);
    return child;
  }

  /** Words in variables of their own; good until the next call. @returns their address */
  variables(...words: readonly number[]): number {
    const view = new DataView(this.#variables.bytes.buffer);
    for (const [i, word] of words.entries()) view.setUint32(i * 4, word, true);
    return VARIABLES_AT;
  }

  /** The first of the usable pages, with data at its start. @returns its address */
  page(data: Uint8Array): number {
    this.#pages.bytes.set(data);
    return PAGES_AT;
  }

  /**
   * The pointer of `ptr=`.
   * @param data - what stands there, where something can; undefined for a buffer to read into
   */
  pointer(spec: string, data: Uint8Array | undefined): number {
    switch (spec) {
      case 'null':
        return 0;
      case 'bad':
        return 0x10;
      case 'kernel':
        return 0xffff888000001000;
      case 'noncanon':
        return 0x8000000000000000;
      case 'ro':
        return READ_ONLY_AT;
    }
    if (!spec.startsWith('end:')) return Number(strtoul(spec));
    const room = Number(strtoul(spec.slice(4)));
    const start = this.#pages.bytes.length - room;
    if (start < 0) return PAGES_AT + start;
    if (data === undefined) this.#pages.bytes.fill(0xee, start);
    else this.#pages.bytes.set(data.subarray(0, room), start);
    return PAGES_AT + start;
  }

  /** The bytes at an address; undefined if one of them is not there. */
  bytes(address: number, length: number): Uint8Array | undefined {
    return this.#find(address, length, false);
  }

  #find(address: number, length: number, toWrite: boolean): Uint8Array | undefined {
    for (const { address: start, bytes, writable } of this.#regions) {
      const at = address - start;
      if (at < 0 || at + length > bytes.length || (toWrite && !writable)) continue;
      return bytes.subarray(at, at + length);
    }
    return undefined;
  }

  getU16(address: number): number {
    const bytes = this.#find(address, 2, false);
    return bytes === undefined ? -1 : view(bytes).getUint16(0, true);
  }

  getU32(address: number): number {
    const bytes = this.#find(address, 4, false);
    return bytes === undefined ? -1 : view(bytes).getUint32(0, true);
  }

  copyFromUser(to: Uint32Array, address: number, words: number): boolean {
    const bytes = this.#find(address, words * 4, false);
    if (bytes === undefined) return false;
    const from = view(bytes);
    for (let i = 0; i < words; i++) to[i] = from.getUint32(i * 4, true);
    return true;
  }

  copyToUser(address: number, from: Uint32Array, start: number, words: number): boolean {
    const bytes = this.#find(address, words * 4, true);
    if (bytes === undefined) return false;
    const to = view(bytes);
    for (let i = 0; i < words; i++) to.setUint32(i * 4, from[start + i]!, true);
    return true;
  }
}

function region(address: number, size: number): Region {
  return { address, bytes: new Uint8Array(size), writable: true };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
