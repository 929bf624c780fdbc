import { EventEmitter } from 'node:events';
import { WaitSlots } from '../../../src/device-file/wait-slots.js';
import { STOP, type WaitingOptions } from '../../../src/device-file/waiting-options.js';
import { EpollEvents, epollWait } from '../../../src/native/epoll.js';

/** In the place of a worker that runs waiting-thread.js: it looks when it is told to, in the thread of the test. */
export class HandDrivenWorker extends EventEmitter {
  /** All that were started, the last one last. */
  static readonly started: HandDrivenWorker[] = [];
  readonly options: WaitingOptions;
  referenced = true;
  ended = false;
  readonly #slots: WaitSlots;
  readonly #events = new EpollEvents(16);

  constructor(_: URL, { workerData }: { readonly workerData: WaitingOptions }) {
    super();
    this.options = workerData;
    this.#slots = new WaitSlots(workerData.slots);
    HandDrivenWorker.started.push(this);
  }

  static get last(): HandDrivenWorker {
    return HandDrivenWorker.started.at(-1)!;
  }

  ref(): void {
    this.referenced = true;
  }

  unref(): void {
    this.referenced = false;
  }

  /** Does what the thread does when epoll_wait(2) returns. @returns whether the bell rang, which is heard at {@link ring} */
  look(): boolean {
    const count = epollWait(this.options.epoll, this.#events, 0);
    let rang = false;
    for (let event = 0; event < count; event++) {
      const slot = this.#events.data(event);
      if (slot === STOP) this.end();
      else if (this.#slots.fired(slot)) rang = true;
    }
    return rang;
  }

  ring(): void {
    this.emit('message', 0);
  }

  end(): void {
    this.ended = true;
    this.emit('exit', 0);
  }
}
