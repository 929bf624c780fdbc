import {
  closeSync,
  ftruncateSync,
  linkSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { appearance } from './appearance.js';
import type { SharedMemory } from './shared-memory.js';

/** Loads of a word that must agree; a peer that never stops writing is not waited for. */
const MAX_LOADS = 8;

/** Memory of several processes: a file, read and written by system calls. Best in /dev/shm, which is no disk. */
export class FileMemory implements SharedMemory {
  readonly #fd: number;
  readonly #word = Buffer.alloc(4);
  /** Where the file is until it is published. */
  #unfinished: string | undefined;
  readonly #path: string;

  private constructor(fd: number, path: string, unfinished?: string) {
    this.#fd = fd;
    this.#path = path;
    this.#unfinished = unfinished;
  }

  /** A new file of so many zero bytes, which is not at its path before {@link publish}. */
  static create(path: string, size: number): FileMemory {
    const unfinished = `${path}.${process.pid}`;
    const memory = new FileMemory(openSync(unfinished, 'wx+', 0o600), path, unfinished);
    ftruncateSync(memory.#fd, size);
    return memory;
  }

  /** Opens the file when it is there. @throws (rejects) Error of the file system; the signal's reason */
  static async open(path: string, signal: AbortSignal): Promise<FileMemory> {
    await appearance(path, signal);
    return new FileMemory(openSync(path, 'r+'), path);
  }

  /**
   * Has the file appear at its path, all at once: whoever finds it finds what was written so far.
   * @throws Error EEXIST if there is a file already, another's or left over by a program that was killed
   */
  publish(): void {
    if (this.#unfinished === undefined) return;
    // Not a rename: that would take the place of another's file.
    linkSync(this.#unfinished, this.#path);
    this.#forget();
  }

  /**
   * Nothing promises that a system call copies four bytes at once: the call may come in the middle of the other end's. So
   * a word is read until it is the same twice.
   */
  load(offset: number): number {
    let word = this.#loadOnce(offset);
    for (let loads = 1; loads < MAX_LOADS; loads++) {
      const again = this.#loadOnce(offset);
      if (again === word) break;
      word = again;
    }
    return word;
  }

  #loadOnce(offset: number): number {
    this.read(offset, this.#word);
    return this.#word.readUInt32LE();
  }

  store(offset: number, word: number): void {
    this.#word.writeUInt32LE(word);
    this.write(offset, this.#word);
  }

  /** @throws Error EIO if the file ends before */
  read(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const count = readSync(this.#fd, bytes, 0, bytes.length, offset);
    if (count !== bytes.length) throw short('read', count, bytes.length);
  }

  write(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const count = writeSync(this.#fd, bytes, 0, bytes.length, offset);
    if (count !== bytes.length) throw short('write', count, bytes.length);
  }

  close(): void {
    this.#forget();
    closeSync(this.#fd);
  }

  #forget(): void {
    if (this.#unfinished !== undefined) unlinkSync(this.#unfinished);
    this.#unfinished = undefined;
  }
}

function short(syscall: string, count: number, length: number): Error {
  const message = `EIO: ${syscall} ${count} bytes of ${length}: the file is too short`;
  return Object.assign(new Error(message), { code: 'EIO', syscall });
}
