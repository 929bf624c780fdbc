import { ROOT } from '../unit/fuse/fuse-header.js';
import * as fuse from '../unit/fuse/fuse-request.js';
import { KernelSide } from '../unit/fuse/kernel-side.js';
import { O_NONBLOCK, O_RDWR, ServedDevice } from '../unit/fuse/served-device.js';
import type { CallResult, Happening, ServedSide } from './served-side.js';

/** Where nothing is mapped. */
const NOWHERE = 0x10n;

/** The host as it is served: every call is a request in bytes, every result a reply in bytes. */
export class ServedHost implements ServedSide {
  readonly kernel: KernelSide;
  readonly #files = new Map<number, ServedDevice>();
  /** Reads that wait, by the number of their request. */
  readonly #reads = new Map<bigint, number>();

  constructor(domids: readonly number[]) {
    this.kernel = new KernelSide({ domains: domids });
  }

  makeDomain(domid: number): CallResult {
    return this.kernel.ask(fuse.mkdir(ROOT, String(domid))).error;
  }

  destroyDomain(domid: number): CallResult {
    return this.kernel.ask(fuse.rmdir(ROOT, String(domid))).error;
  }

  open(file: number, domid: number): CallResult {
    // Each file is another program's.
    this.#files.set(file, new ServedDevice(this.kernel, domid, { pid: 1000 + file }));
    return 0;
  }

  close(file: number): CallResult {
    const result = this.kernel.ask(fuse.release(this.#files.get(file)!)).error;
    this.#files.delete(file);
    return result;
  }

  ioctl(file: number, command: number, argument: Uint8Array | undefined): CallResult {
    const device = this.#files.get(file)!;
    if (argument === undefined) return device.ioctlAt(command, NOWHERE);
    return device.ioctl(command, argument);
  }

  read(file: number, read: number, bytes: number, nonBlocking: boolean): CallResult {
    const device = this.#files.get(file)!;
    device.flags = nonBlocking ? O_RDWR | O_NONBLOCK : O_RDWR;
    const unique = device.startRead(bytes);
    const [answer, ...others] = this.kernel.messages();
    if (answer === undefined) {
      this.#reads.set(unique, read);
      return 'waits';
    }
    if (answer.unique !== unique || others.length > 0) throw new Error('a read raised something');
    return answer.error < 0 ? answer.error : answer.words;
  }

  write(file: number, data: Uint8Array): CallResult {
    const answer = this.kernel.ask(fuse.write(this.#files.get(file)!, data));
    return answer.error < 0 ? answer.error : answer.as('write_out').size;
  }

  poll(file: number, wait: boolean): CallResult {
    return this.#files.get(file)!.poll(wait);
  }

  interrupt(read: number): void {
    for (const [unique, number] of this.#reads) {
      if (number === read) this.kernel.send(fuse.interrupt(unique));
    }
  }

  raiseVirq(domid: number, virq: number): void {
    this.kernel.host.domain(domid)!.raiseVirq(virq);
    this.kernel.session.devices.settle();
  }

  passTime(milliseconds: number): void {
    this.kernel.clock.advance(milliseconds);
    this.kernel.session.devices.settle();
  }

  look(file: number): number {
    return this.#files.get(file)!.poll(false);
  }

  waiting(): number[] {
    return this.kernel.waiting.map((unique) => this.#reads.get(unique)!);
  }

  happenings(): Happening[] {
    return this.kernel.messages().map((message) => {
      const { unique, error } = message;
      if (unique === 0n) {
        const { kh } = message.as('notify_poll_wakeup_out');
        const [file] = [...this.#files].find(([, device]) => device.kh === kh)!;
        return { woken: file };
      }
      const read = this.#reads.get(unique)!;
      this.#reads.delete(unique);
      return { read, result: error < 0 ? error : message.words };
    });
  }
}
