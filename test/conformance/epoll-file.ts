import { EINVAL, ELOOP, ENOTTY } from '../../src/abi/errno.js';
import { EventPoll, type Pollable, type Watcher } from '../../src/vfs/event-poll.js';
import type { File } from '../../src/vfs/file.js';
import type { FileOperations } from '../../src/vfs/file-operations.js';
import type { WaitQueue } from '../../src/vfs/wait-queue.js';

/** A file as one descriptor of it is watched: Linux keeps two descriptors of one file apart. */
class WatchedDescriptor implements Pollable {
  readonly file: File;
  readonly #watched: Set<WatchedDescriptor>;
  #onRelease: Watcher | undefined = undefined;

  /** @param watched - those that are watched now, kept up to date */
  constructor(file: File, watched: Set<WatchedDescriptor>) {
    this.file = file;
    this.#watched = watched;
  }

  poll(): number {
    return this.file.poll();
  }

  get waitQueue(): WaitQueue {
    return this.file.waitQueue;
  }

  watchedBy(set: Watcher): void {
    this.#watched.add(this);
    this.#onRelease = { delete: () => set.delete(this) };
    this.file.watchedBy(this.#onRelease);
  }

  unwatchedBy(): void {
    this.#watched.delete(this);
    if (this.#onRelease !== undefined) this.file.unwatchedBy(this.#onRelease);
  }
}

/** What stands behind a descriptor of epoll_create. */
export class EpollFile implements FileOperations {
  readonly #set = new EventPoll<number>();
  readonly #targets = new WeakMap<File, Map<number, WatchedDescriptor>>();
  readonly #watched = new Set<WatchedDescriptor>();

  get waitQueue(): WaitQueue {
    return this.#set.waitQueue;
  }

  get readable(): boolean {
    return false;
  }

  /** The set itself, for those who wait for it. */
  get set(): Pick<EventPoll<number>, 'take' | 'poll' | 'waitQueue'> {
    return this.#set;
  }

  /** EPOLL_CTL_ADD. @returns 0; -ELOOP for a set that has this one in it; -EEXIST */
  add(file: File, fd: number, events: number, data: number): number {
    const nested = file.operations;
    if (nested instanceof EpollFile && nested.#reaches(this)) return -ELOOP;
    return this.#set.add(this.#target(file, fd), events, data);
  }

  /** EPOLL_CTL_MOD. @returns 0 or -ENOENT */
  modify(file: File, fd: number, events: number, data: number): number {
    return this.#set.modify(this.#target(file, fd), events, data);
  }

  /** EPOLL_CTL_DEL. @returns 0 or -ENOENT */
  delete(file: File, fd: number): number {
    return this.#set.delete(this.#target(file, fd));
  }

  #reaches(other: EpollFile): boolean {
    for (const { file } of this.#watched) {
      const nested = file.operations;
      if (nested instanceof EpollFile && (nested === other || nested.#reaches(other))) return true;
    }
    return false;
  }

  /** What the set watches for a descriptor: the same thing every time. */
  #target(file: File, fd: number): WatchedDescriptor {
    const descriptors = this.#targets.get(file) ?? new Map<number, WatchedDescriptor>();
    this.#targets.set(file, descriptors);
    const target = descriptors.get(fd) ?? new WatchedDescriptor(file, this.#watched);
    descriptors.set(fd, target);
    return target;
  }

  read(): number {
    return -EINVAL;
  }

  write(): number {
    return -EINVAL;
  }

  ioctl(): number {
    return -ENOTTY;
  }

  poll(): number {
    return this.#set.poll();
  }

  fasync(): number {
    return 0;
  }

  release(): void {
    this.#set.close();
  }
}
