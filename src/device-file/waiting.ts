import { isMainThread, Worker } from 'node:worker_threads';
import { EMFILE } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { openEventfd, signalEventfd } from '../native/descriptor.js';
import {
  EPOLLET,
  EPOLLIN,
  epollAdd,
  epollDelete,
  epollModify,
  openEpoll,
} from '../native/epoll.js';
import { closedWithWorker, closeFile } from '../native/file-descriptor.js';
import { WaitSlots } from './wait-slots.js';
import { STOP, type WaitingOptions } from './waiting-options.js';

/**
 * Milliseconds after which the waiting thread of a worker looks up: whoever terminates the worker terminates its threads, too,
 * and Node cannot end one that is in a system call. The main thread is told when the process ends.
 */
const WORKER_TIMEOUT = 250;

/** Milliseconds after which a thread that should be over is taken for one that never came to wait. */
const LONGEST_START_MS = 2000;

/** A handle that may be waited for. */
export interface Waited {
  /** There is something to read. */
  ready(): void;
  /** The waiting thread has failed. */
  failed(error: Error): void;
}

/**
 * The one thread that waits for all device files of this JavaScript thread, in epoll_wait(2): Node's event loop takes no
 * character devices. It starts with the first handle that is waited for and ends with the last. Descriptors are added to its
 * set and taken out from here, which the kernel allows while it waits.
 */
export class Waiting {
  /** The one there is now. */
  static #current: Waiting | undefined;
  /** Those whose threads are not over. */
  static readonly #running = new Set<Waiting>();
  /**
   * Nothing is to happen in the process after its end, but the threads must hear of it. And they must be over before Node ends
   * them: it would abort the process if one was just loading the native library.
   */
  static readonly #onExit = (): void => {
    for (const waiting of Waiting.#running) waiting.#tellToStop();
    for (const waiting of Waiting.#running) waiting.slots.waitOver(LONGEST_START_MS);
  };

  readonly slots = new WaitSlots();
  readonly #epoll: number;
  readonly #stop: number;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #handles: (Waited | undefined)[] = [];
  readonly #free: number[] = [];
  #count = 0;
  /** How many keep the process alive. */
  #held = 0;

  /** The waiting thread, started if there is none. @throws EvtchnError EMFILE and the like */
  static start(): Waiting {
    Waiting.#current ??= new Waiting();
    return Waiting.#current;
  }

  private constructor() {
    this.#epoll = closedWithWorker(openEpoll());
    try {
      this.#stop = closedWithWorker(openEventfd());
    } catch (error) {
      closeFile(this.#epoll);
      throw error;
    }
    try {
      epollAdd(this.#epoll, this.#stop, EPOLLIN, STOP);
      this.#worker = this.#startThread();
    } catch (error) {
      this.#closeDescriptors();
      throw error;
    }
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        Waiting.#running.delete(this);
        if (Waiting.#running.size === 0) process.off('exit', Waiting.#onExit);
        this.#closeDescriptors();
        resolve();
      });
    });
    // First of all: a listener that throws keeps those after it from being called.
    if (Waiting.#running.size === 0) process.prependListener('exit', Waiting.#onExit);
    Waiting.#running.add(this);
  }

  #closeDescriptors(): void {
    closeFile(this.#stop);
    closeFile(this.#epoll);
  }

  #tellToStop(): void {
    signalEventfd(this.#stop);
  }

  #startThread(): Worker {
    const workerData: WaitingOptions = {
      epoll: this.#epoll,
      slots: this.slots.buffer,
      timeout: isMainThread ? -1 : WORKER_TIMEOUT,
    };
    const worker = new Worker(new URL('./waiting-thread.js', import.meta.url), {
      workerData,
      // Options of this process, such as --eval, are not for the thread.
      execArgv: [],
    });
    worker.on('message', () => this.#hear());
    worker.on('error', (error) => this.#fail(error));
    worker.unref();
    return worker;
  }

  /**
   * Watches a descriptor; the handle is armed.
   * @returns its slot
   * @throws EvtchnError EPERM for a file that cannot be waited for, EMFILE when there are too many
   */
  add(fd: number, handle: Waited): number {
    const slot = this.#free.pop() ?? this.#handles.length;
    if (slot === WaitSlots.COUNT) throw new EvtchnError('epoll_ctl', EMFILE);
    this.slots.open(slot);
    this.#handles[slot] = handle;
    this.#count++;
    try {
      epollAdd(this.#epoll, fd, EPOLLIN | EPOLLET, slot);
    } catch (error) {
      this.#forget(slot);
      throw error;
    }
    return slot;
  }

  /** Watches a descriptor again, or no more until then. */
  watch(fd: number, slot: number, on: boolean): void {
    epollModify(this.#epoll, fd, on ? EPOLLIN | EPOLLET : EPOLLET, slot);
  }

  /** Forgets a descriptor, which must be open still. */
  remove(fd: number, slot: number): void {
    epollDelete(this.#epoll, fd);
    this.#forget(slot);
  }

  /** No handle is waited for: it is about to end. */
  get idle(): boolean {
    return this.#count === 0;
  }

  /** Waits for its end, when it is idle. */
  async over(): Promise<void> {
    this.#worker.ref();
    await this.#ended;
  }

  /** Keeps the process alive, until as many {@link release}. */
  hold(): void {
    this.#held++;
    if (this.#held === 1) this.#worker.ref();
  }

  release(): void {
    this.#held--;
    if (this.#held === 0) this.#worker.unref();
  }

  #forget(slot: number): void {
    this.#handles[slot] = undefined;
    if (this.slots.close(slot)) this.#free.push(slot);
    this.#count--;
    if (this.#count > 0) return;
    if (Waiting.#current === this) Waiting.#current = undefined;
    this.#tellToStop();
  }

  #hear(): void {
    this.slots.heard();
    for (let slot = this.slots.next(); slot >= 0; slot = this.slots.next()) {
      const handle = this.#handles[slot];
      if (handle === undefined) this.#free.push(slot);
      else handle.ready();
    }
  }

  /** The thread is gone; a new one starts with the next handle that is waited for. */
  #fail(error: Error): void {
    if (Waiting.#current === this) Waiting.#current = undefined;
    for (const handle of [...this.#handles]) handle?.failed(error);
  }
}
