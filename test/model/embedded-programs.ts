import { type File, ManualClock, O_RDWR, XenHost } from '../../src/index.js';
import { BUFFER, ProgramMemory } from './program-memory.js';
import { type CallResult, EAGAIN, EINTR, type Happening, type ServedSide } from './served-side.js';

const EEXIST = -17;
const ENOENT = -2;

/** A thread that waits on a file, as Linux has it: an entry of the wait queue, woken with all the others. */
interface Sleeper {
  readonly file: number;
  /** What it tries when it runs. @returns false if it sleeps on */
  readonly run: () => boolean;
  readonly wake: () => void;
}

/**
 * Programs on the embedded host, through the files of its own VFS: what a served host must do. Threads that wait sleep on the
 * wait queue one by one, and run, in the order they were woken, when the call that woke them is over.
 */
export class EmbeddedPrograms implements ServedSide {
  readonly #clock = new ManualClock();
  readonly #host = new XenHost({ clock: this.#clock });
  readonly #files = new Map<number, File>();
  readonly #memory = new ProgramMemory();
  readonly #readers = new Map<number, Sleeper>();
  /** Files somebody polls; one entry each, as the kernel's FUSE has one. */
  readonly #pollers = new Map<number, Sleeper>();
  #runnable: Sleeper[] = [];
  #happenings: Happening[] = [];

  constructor(domids: readonly number[]) {
    for (const domid of domids) this.#host.createDomain({ domid });
  }

  makeDomain(domid: number): CallResult {
    if (this.#host.domain(domid) !== undefined) return EEXIST;
    this.#host.createDomain({ domid });
    return 0;
  }

  destroyDomain(domid: number): CallResult {
    const domain = this.#host.domain(domid);
    if (domain === undefined) return ENOENT;
    domain.destroy();
    return this.#settled(0);
  }

  open(file: number, domid: number): CallResult {
    this.#files.set(file, this.#host.domain(domid)!.open({ flags: O_RDWR }));
    return 0;
  }

  close(file: number): CallResult {
    const poller = this.#pollers.get(file);
    if (poller !== undefined) this.#files.get(file)!.waitQueue.remove(poller);
    this.#pollers.delete(file);
    this.#files.get(file)!.put();
    this.#files.delete(file);
    return this.#settled(0);
  }

  ioctl(file: number, command: number, argument: Uint8Array | undefined): CallResult {
    this.#map(argument ?? new Uint8Array(0));
    return this.#settled(this.#files.get(file)!.ioctl(command, this.#memory, BUFFER));
  }

  read(file: number, read: number, bytes: number, nonBlocking: boolean): CallResult {
    const result = this.#read(file, bytes);
    if (result !== EAGAIN || nonBlocking) return result;
    const sleeper = this.#sleeper(file, () => {
      const later = this.#read(file, bytes);
      if (later === EAGAIN) return false;
      this.#readers.delete(read);
      this.#happenings.push({ read, result: later });
      return true;
    });
    this.#readers.set(read, sleeper);
    return 'waits';
  }

  write(file: number, data: Uint8Array): CallResult {
    this.#map(data);
    return this.#settled(this.#files.get(file)!.write(this.#memory, BUFFER, data.length));
  }

  poll(file: number, wait: boolean): CallResult {
    if (wait && !this.#pollers.has(file)) {
      const sleeper = this.#sleeper(file, () => {
        this.#pollers.delete(file);
        this.#happenings.push({ woken: file });
        return true;
      });
      this.#pollers.set(file, sleeper);
    }
    return this.look(file);
  }

  interrupt(read: number): void {
    const reader = this.#readers.get(read);
    if (reader === undefined) return;
    this.#files.get(reader.file)!.waitQueue.remove(reader);
    this.#readers.delete(read);
    this.#happenings.push({ read, result: EINTR });
  }

  raiseVirq(domid: number, virq: number): void {
    this.#host.domain(domid)!.raiseVirq(virq);
    this.#settled(0);
  }

  passTime(milliseconds: number): void {
    this.#clock.advance(milliseconds);
    this.#settled(0);
  }

  look(file: number): number {
    return this.#files.get(file)!.poll();
  }

  waiting(): number[] {
    return [...this.#readers.keys()];
  }

  happenings(): Happening[] {
    const happenings = this.#happenings;
    this.#happenings = [];
    return happenings;
  }

  #read(file: number, bytes: number): number | readonly number[] {
    this.#memory.mapped = 4 * this.#memory.words.length;
    const result = this.#files.get(file)!.read(this.#memory, BUFFER, bytes);
    return result < 0 ? result : [...this.#memory.words.subarray(0, result / 4)];
  }

  #map(bytes: Uint8Array): void {
    new Uint8Array(this.#memory.words.buffer).set(bytes);
    this.#memory.mapped = bytes.length;
  }

  #sleeper(file: number, run: () => boolean): Sleeper {
    const sleeper: Sleeper = {
      file,
      run,
      wake: () => {
        if (!this.#runnable.includes(sleeper)) this.#runnable.push(sleeper);
      },
    };
    this.#files.get(file)!.waitQueue.add(sleeper);
    return sleeper;
  }

  /** The call is over: those it woke run. */
  #settled(result: number): number {
    for (const sleeper of this.#runnable.splice(0)) {
      if (sleeper.run()) this.#files.get(sleeper.file)!.waitQueue.remove(sleeper);
    }
    return result;
  }
}
