import { parentPort, workerData } from 'node:worker_threads';
import { EINTR } from '../abi/errno.js';
import { EvtchnError } from '../errors/evtchn-error.js';
import { EpollEvents, epollWait } from '../native/epoll.js';
import { lastErrno } from '../native/libc.js';
import { WaitSlots } from './wait-slots.js';
import { STOP, type WaitingOptions } from './waiting-options.js';

/** Events taken at once. */
const EVENTS = 256;

/** Waits for the device files of another thread, and rings when one of them has something to read. It reads nothing itself. */
function wait({ epoll, timeout }: WaitingOptions, slots: WaitSlots): void {
  const events = new EpollEvents(EVENTS);
  for (;;) {
    const count = epollWait(epoll, events, timeout);
    if (count < 0 && lastErrno() !== EINTR) throw new EvtchnError('epoll_wait', lastErrno());
    let ring = false;
    for (let event = 0; event < count; event++) {
      const slot = events.data(event);
      if (slot === STOP) return;
      if (slots.fired(slot)) ring = true;
    }
    if (ring) parentPort!.postMessage(0);
  }
}

const options = workerData as WaitingOptions;
const slots = new WaitSlots(options.slots);
try {
  wait(options, slots);
} finally {
  slots.setOver();
}
