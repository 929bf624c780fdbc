/** Ports there is room for at first, and when that is not enough. */
const FIRST_PORTS = 8;
const SECOND_PORTS = 64;
/** Words a port's neighbours take: the port before and the port after it in its open file. */
const LINKS = 2;

/**
 * Which open file of a domain holds which port, and whether the port is enabled. One table for all open files of a device:
 * a port belongs to one of them at most. The ports of a file are chained through the table, so that closing it costs what
 * it releases. Linux keeps a tree per file (`evtchns`, `struct user_evtchn`).
 */
export class PortTable {
  /** Per port: number of the open file << 1 | enabled; 0 where none. */
  owners: Int32Array = new Int32Array(FIRST_PORTS);
  /** Per port: previous and next port of the same file, 0 at the ends. */
  #links = new Uint32Array(FIRST_PORTS * LINKS);

  /** The file's word for a port that it holds and that is enabled. */
  static enabled(file: number): number {
    return (file << 1) | 1;
  }

  /** The file holds the port (`find_evtchn`). */
  holds(file: number, port: number): boolean {
    // Beyond the table there is no owner; a check of the length would be made twice.
    return this.owners[port]! >> 1 === file;
  }

  /** Gives an unheld port to a file, enabled, in front of `first`, the file's chain. */
  add(file: number, port: number, first: number): void {
    if (port >= this.owners.length) this.#grow(port);
    this.owners[port] = PortTable.enabled(file);
    this.#links[port * LINKS] = 0;
    this.#links[port * LINKS + 1] = first;
    if (first !== 0) this.#links[first * LINKS] = port;
  }

  /** Takes a port from its file. @returns what `first` of the file is now */
  remove(port: number, first: number): number {
    const previous = this.#links[port * LINKS]!;
    const next = this.#links[port * LINKS + 1]!;
    if (previous !== 0) this.#links[previous * LINKS + 1] = next;
    if (next !== 0) this.#links[next * LINKS] = previous;
    this.owners[port] = 0;
    return previous === 0 ? next : first;
  }

  /** The port after this one in its file, 0 at the end. */
  next(port: number): number {
    return this.#links[port * LINKS + 1]!;
  }

  /** Bytes held, for measuring. */
  get byteLength(): number {
    return this.owners.byteLength + this.#links.byteLength;
  }

  #grow(port: number): void {
    // A quarter more each time: doubling would leave up to half of a large table unused.
    const length = Math.max(port + 1, SECOND_PORTS, Math.ceil(this.owners.length * 1.25));
    const owners = new Int32Array(length);
    owners.set(this.owners);
    this.owners = owners;
    const links = new Uint32Array(length * LINKS);
    links.set(this.#links);
    this.#links = links;
  }
}
