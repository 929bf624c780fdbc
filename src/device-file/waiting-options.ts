/** What the waiting thread is started with. */
export interface WaitingOptions {
  /** The set of descriptors it waits for. The data of an event is the slot of its handle. */
  readonly epoll: number;
  /** Memory of the `WaitSlots` that is shared. */
  readonly slots: SharedArrayBuffer;
  /** Milliseconds after which the thread turns to Node for a moment, which may want to end it; -1 for never. */
  readonly timeout: number;
}

/** Data of the event that tells the thread to stop. */
export const STOP = 0xffffffff;
