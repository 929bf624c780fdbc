import { EBADF, EMFILE } from '../abi/errno.js';
import { FIOCLEX, FIONCLEX } from '../abi/ioctl.js';
import { checkInteger } from '../errors/argument.js';
import type { File } from './file.js';
import type { UserMemory } from './user-memory.js';

/** Default of RLIMIT_NOFILE. */
const DEFAULT_LIMIT = 1024;

interface Slot {
  readonly file: File;
  closeOnExec: boolean;
}

/** The descriptors of one process (`struct files_struct`, fs/file.c). */
export class DescriptorTable {
  readonly #slots: (Slot | undefined)[] = [];
  #limit = DEFAULT_LIMIT;

  /** RLIMIT_NOFILE: descriptors are below it. Open ones beyond a lowered limit stay. */
  get limit(): number {
    return this.#limit;
  }

  /** @throws RangeError or TypeError for anything but an integer from 0 up */
  set limit(limit: number) {
    checkInteger('limit', limit, 0, Number.MAX_SAFE_INTEGER);
    this.#limit = limit;
  }

  /**
   * Takes a file into the lowest free descriptor; the table holds the file from now on.
   * @returns the descriptor, or -EMFILE, with the file let go
   */
  install(file: File, closeOnExec = false): number {
    let fd = this.#slots.indexOf(undefined);
    if (fd < 0) fd = this.#slots.length;
    if (fd >= this.#limit) {
      file.put();
      return -EMFILE;
    }
    this.#slots[fd] = { file, closeOnExec };
    return fd;
  }

  /** The file of a descriptor, undefined if it is not open (`fget_raw`). */
  file(fd: number): File | undefined {
    return this.#slots[fd]?.file;
  }

  /** dup(2). @returns the new descriptor; -EBADF; -EMFILE */
  dup(fd: number): number {
    const file = this.file(fd);
    return file === undefined ? -EBADF : this.install(file.get());
  }

  /** close(2). @returns 0 or -EBADF; what the last close of a file releases is released when this returns */
  close(fd: number): number {
    const slot = this.#slots[fd];
    if (slot === undefined) return -EBADF;
    this.#slots[fd] = undefined;
    slot.file.put();
    return 0;
  }

  /** fork(2): a child's table, which shares every open file. */
  fork(): DescriptorTable {
    const child = new DescriptorTable();
    child.#limit = this.#limit;
    for (const [fd, slot] of this.#slots.entries()) {
      child.#slots[fd] = slot && { file: slot.file.get(), closeOnExec: slot.closeOnExec };
    }
    return child;
  }

  /** execve(2): closes what was opened with O_CLOEXEC. */
  exec(): void {
    for (const [fd, slot] of this.#slots.entries()) if (slot?.closeOnExec) this.close(fd);
  }

  /** exit(2): closes everything. */
  exit(): void {
    for (let fd = 0; fd < this.#slots.length; fd++) this.close(fd);
  }

  /** ioctl(2), with those that belong to the descriptor. */
  ioctl(fd: number, command: number, memory: UserMemory, argument: number): number {
    const slot = this.#slots[fd];
    if (slot === undefined || slot.file.isPath) return -EBADF;
    const cut = Number.isInteger(command) ? command >>> 0 : -1;
    if (cut === FIOCLEX || cut === FIONCLEX) {
      slot.closeOnExec = cut === FIOCLEX;
      return 0;
    }
    return slot.file.ioctl(command, memory, argument, fd);
  }

  /** fcntl(F_GETFD): O_CLOEXEC's flag. @returns 1, 0 or -EBADF */
  closeOnExec(fd: number): number {
    const slot = this.#slots[fd];
    return slot === undefined ? -EBADF : Number(slot.closeOnExec);
  }

  /** fcntl(F_SETFL) on a descriptor, which a signal for the file will name. */
  setFlags(fd: number, flags: number): number {
    return this.file(fd)?.setFlags(fd, flags) ?? -EBADF;
  }
}
