/** Ports that were taken from a device and not handed out yet, oldest first. */
export class PortQueue {
  #ports = new Uint32Array(16);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(port: number): void {
    if (this.#length === this.#ports.length) this.#grow();
    this.#ports[(this.#first + this.#length) & (this.#ports.length - 1)] = port;
    this.#length++;
  }

  /** Takes the oldest out; 0 if there is none. */
  shift(): number {
    if (this.#length === 0) return 0;
    const port = this.#ports[this.#first]!;
    this.#first = (this.#first + 1) & (this.#ports.length - 1);
    this.#length--;
    return port;
  }

  /** Takes every entry of a port out, and leaves the others in their order. @returns how many there were */
  remove(port: number): number {
    const before = this.#length;
    for (let left = before; left > 0; left--) {
      const each = this.shift();
      if (each !== port) this.push(each);
    }
    return before - this.#length;
  }

  clear(): void {
    this.#first = 0;
    this.#length = 0;
  }

  /** Its size is a power of two. */
  #grow(): void {
    const ports = new Uint32Array(this.#ports.length * 2);
    const tail = this.#ports.subarray(this.#first);
    ports.set(tail);
    ports.set(this.#ports.subarray(0, this.#first), tail.length);
    this.#ports = ports;
    this.#first = 0;
  }
}
