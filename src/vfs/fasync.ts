import { O_ASYNC } from '../abi/fcntl.js';
import { POLL_IN, POLLIN, POLLRDNORM } from '../abi/poll.js';
import { SI_KERNEL, SIGIO } from '../abi/signal.js';
import type { File } from './file.js';

/** What a signal for asynchronous I/O says (`siginfo_t`). */
export interface SignalInfo {
  /** SIGIO, or what F_SETSIG chose. */
  readonly signal: number;
  /** `si_code`: SI_KERNEL, or with F_SETSIG the reason, such as POLL_IN. */
  readonly code: number;
  /** `si_band`: poll bits; 0 without F_SETSIG. */
  readonly band: number;
  /** `si_fd`: the descriptor O_ASYNC was set on; -1 without F_SETSIG. */
  readonly fd: number;
}

/** Who gets the signals of a file (F_SETOWN). */
export interface SignalOwner {
  /** Takes a signal; called in the middle of an interrupt, so it must not block. */
  deliver(info: SignalInfo): void;
}

interface Registration {
  readonly file: File;
  fd: number;
}

/** The files that want a signal when a device has something for them (`fasync_struct`, fs/fcntl.c). */
export class FasyncQueue {
  /** How many files are registered. */
  size = 0;
  readonly #registrations: Registration[] = [];

  /**
   * `fasync_helper`: adds or removes a file, and keeps its O_ASYNC flag in step.
   * @returns 1 if that changed anything, else 0
   */
  set(fd: number, file: File, on: boolean): number {
    const known = this.#registrations.find((registration) => registration.file === file);
    if (!on) {
      if (known === undefined) return 0;
      this.#registrations.splice(this.#registrations.indexOf(known), 1);
      this.size--;
      file.flags &= ~O_ASYNC;
      return 1;
    }
    if (known !== undefined) {
      known.fd = fd;
      return 0;
    }
    this.#registrations.push({ file, fd });
    this.size++;
    file.flags |= O_ASYNC;
    return 1;
  }

  /** `kill_fasync(…, SIGIO, POLL_IN)`: signals the owner of every registered file. */
  signalInput(): void {
    for (const { file, fd } of [...this.#registrations]) {
      file.owner?.deliver(
        file.signal === 0
          ? { signal: SIGIO, code: SI_KERNEL, band: 0, fd: -1 }
          : { signal: file.signal, code: POLL_IN, band: POLLIN | POLLRDNORM, fd },
      );
    }
  }
}
