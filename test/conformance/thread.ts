import { EBADF, EINTR, EINVAL, ERESTARTSYS } from '../../src/abi/errno.js';
import { POLLERR, POLLHUP, POLLNVAL } from '../../src/abi/poll.js';
import type { AbortSignalLike } from '../../src/vfs/abort-signal.js';
import { pollBlocking, readBlocking, readvBlocking, waitEvent } from '../../src/vfs/blocking.js';
import type { EpollEvent } from '../../src/vfs/event-poll.js';
import type { File, IoVector } from '../../src/vfs/file.js';
import { WaitQueue } from '../../src/vfs/wait-queue.js';
import { EpollFile } from './epoll-file.js';
import type { Process } from './process.js';

/** What a thread waits in. */
interface Wait {
  readonly controller: AbortController;
  /** A stop and continue ends it, as it does epoll_wait. */
  readonly endsByStop: boolean;
  /** The handler that interrupted it wants the call restarted. */
  restart: boolean;
}

/** Thrown through whatever a thread was doing when its process has ended. */
export class ProcessEnded extends Error {}

/** A thread of a simulated process: the calls that may wait. */
export class Thread {
  readonly process: Process;
  /** Gives the main thread time to name a port before it shows it. */
  readonly lazy: boolean;
  #wait: Wait | undefined = undefined;

  constructor(process: Process, lazy = false) {
    this.process = process;
    this.lazy = lazy;
    process.threads.add(this);
  }

  /** It sleeps in a call. */
  get waiting(): boolean {
    return this.#wait !== undefined;
  }

  /** The thread is over. */
  exit(): void {
    this.process.threads.delete(this);
  }

  /** A signal handler ran in it. */
  interrupt(restart: boolean): void {
    if (this.#wait === undefined) return;
    this.#wait.restart = restart;
    this.#wait.controller.abort();
  }

  /** Its process was stopped and continued. */
  stopped(): void {
    if (this.#wait?.endsByStop) this.interrupt(false);
  }

  /** Its process is gone: nothing it waits for matters any more. */
  abandon(): void {
    this.#wait?.controller.abort();
  }

  /**
   * A call that may wait, with what signals do to it.
   * @param call - answers -ERESTARTSYS or -EINTR when interrupted
   */
  async #blocking(
    call: (interrupt: AbortSignalLike) => Promise<number>,
    endsByStop = false,
  ): Promise<number> {
    const { process } = this;
    process.checkAlive();
    for (;;) {
      const wait: Wait = { controller: new AbortController(), endsByStop, restart: false };
      this.#wait = wait;
      let rc: number;
      try {
        rc = await call(wait.controller.signal);
      } finally {
        this.#wait = undefined;
      }
      process.checkAlive();
      while (process.stopped) await process.changes();
      process.checkAlive();
      if (rc !== -ERESTARTSYS) return rc;
      if (!wait.restart) return -EINTR;
    }
  }

  /** read(2). */
  read(fd: number, address: number, count: number): Promise<number> {
    return this.#blocking((interrupt) =>
      this.#with(fd, (file) => readBlocking(file, this.process.memory, address, count, interrupt)),
    );
  }

  /** readv(2). */
  readv(fd: number, vectors: readonly IoVector[]): Promise<number> {
    return this.#blocking((interrupt) =>
      this.#with(fd, (file) => readvBlocking(file, this.process.memory, vectors, interrupt)),
    );
  }

  async #with(fd: number, call: (file: File) => Promise<number>): Promise<number> {
    const file = this.process.file(fd);
    return file === undefined ? -EBADF : call(file);
  }

  /**
   * poll(2) of one descriptor, which is looked up again whenever something happened.
   * @param timeout - in milliseconds; negative for ever
   * @returns bits; 0 when the time is over; -EINTR
   */
  poll(fd: number, events: number, timeout: number): Promise<number> {
    const { process } = this;
    const { clock } = process.machine;
    const end = clock.now() + timeout;
    return this.#blocking(async (interrupt) => {
      for (;;) {
        const file = process.file(fd);
        if (file === undefined) return POLLNVAL;
        const left = timeout < 0 ? -1 : Math.max(0, end - clock.now());
        const wanted = events | POLLERR | POLLHUP;
        const rc = await pollBlocking(file, wanted, left, clock, interrupt);
        // As Linux does: a signal counts only if there is nothing to tell even now.
        if (process.file(fd) === file || (process.file(fd) !== undefined && rc < 0)) return rc;
      }
    });
  }

  /**
   * epoll_wait(2).
   * @returns the events, none when the time is over; or a negative errno
   */
  async epollWait(
    fd: number,
    max: number,
    timeout: number,
  ): Promise<readonly EpollEvent<number>[] | number> {
    const file = this.process.file(fd);
    if (file === undefined) return -EBADF;
    if (!(file.operations instanceof EpollFile)) return -EINVAL;
    const { set } = file.operations;
    const { clock } = this.process.machine;
    const end = clock.now() + timeout;
    let events = set.take(max);
    file.get();
    try {
      while (events.length === 0 && (timeout < 0 || clock.now() < end)) {
        const left = timeout < 0 ? Infinity : end - clock.now();
        const rc = await this.#blocking(async (interrupt) => {
          const ready = () => set.poll() !== 0;
          return (await this.#waitUntil(set.waitQueue, ready, left, interrupt)) ? 0 : -EINTR;
        }, true);
        if (rc < 0) return rc;
        events = set.take(max);
      }
    } finally {
      file.put();
    }
    return events;
  }

  /** usleep(3), which a signal handler ends early. */
  async sleep(milliseconds: number): Promise<void> {
    const queue = new WaitQueue();
    await this.#blocking(async (interrupt) => {
      const slept = await this.#waitUntil(queue, () => false, milliseconds, interrupt);
      return slept ? 0 : -EINTR;
    });
  }

  /**
   * Looks again and again until something is so; signals make no difference.
   * @returns false if it was not so in time
   */
  async until(ready: () => boolean, milliseconds: number): Promise<boolean> {
    const { process } = this;
    const end = process.machine.clock.now() + milliseconds;
    while (!ready()) {
      const left = end - process.machine.clock.now();
      if (left <= 0) return false;
      const { changed } = process.run;
      await this.#blocking(async (interrupt) => {
        await this.#waitUntil(changed, ready, left, interrupt);
        return 0;
      });
    }
    return true;
  }

  /** Lets whatever can run go first. */
  settle(): Promise<void> {
    return this.sleep(0);
  }

  /** @returns false if interrupted */
  async #waitUntil(
    queue: WaitQueue,
    ready: () => boolean,
    milliseconds: number,
    interrupt: AbortSignalLike,
  ): Promise<boolean> {
    const { clock } = this.process.machine;
    let late = false;
    const timer =
      milliseconds === Infinity
        ? undefined
        : clock.schedule(clock.now() + milliseconds, () => {
            late = true;
            queue.wake();
          });
    const came = await waitEvent(queue, () => late || ready(), interrupt);
    timer?.cancel();
    return came;
  }
}
