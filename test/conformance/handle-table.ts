import { MAX_NAME } from './step-arguments.js';

const MAX_HANDLES = 6000;

/** A name of a case for a descriptor. */
export interface Handle {
  readonly index: number;
  readonly name: string;
  fd: number;
  /** Not closed by its name. */
  open: boolean;
  /** Events read through it in all. */
  total: number;
}

/**
 * The handles of a process, in the order they were named. A closed one keeps its number, so that using it uses whatever is
 * behind that number now.
 */
export class HandleTable {
  readonly #handles: Handle[] = [];
  readonly #byName = new Map<string, Handle>();

  find(name: string | undefined): Handle | undefined {
    return name === undefined ? undefined : this.#byName.get(name);
  }

  set(name: string, fd: number): void {
    let handle = this.#byName.get(name);
    if (handle === undefined) {
      if (this.#handles.length >= MAX_HANDLES) return;
      handle = this.#add(name.slice(0, MAX_NAME), fd);
    }
    handle.fd = fd;
    handle.open = fd >= 0;
  }

  #add(name: string, fd: number): Handle {
    const handle: Handle = { index: this.#handles.length, name, fd, open: true, total: 0 };
    this.#handles.push(handle);
    if (!this.#byName.has(name)) this.#byName.set(name, handle);
    return handle;
  }

  /** The name of the open handle with that number, or `?`. */
  nameOf(fd: number): string {
    return this.#handles.find((handle) => handle.open && handle.fd === fd)?.name ?? '?';
  }

  /** In the order they were named. */
  [Symbol.iterator](): IterableIterator<Handle> {
    return this.#handles[Symbol.iterator]();
  }

  fork(): HandleTable {
    const child = new HandleTable();
    for (const { name, fd, open, total } of this.#handles) {
      Object.assign(child.#add(name, fd), { open, total });
    }
    return child;
  }
}
