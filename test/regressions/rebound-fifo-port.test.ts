import { describe, expect, it } from 'vitest';
import { XenHost } from '../../src/index.js';

/**
 * A FIFO port that was closed while it was its queue's tail, and then given out again, linked itself to itself at the next
 * event: no upcall, the event lost, the port busy for good. The queue it was last on had been forgotten with the channel.
 */
describe('a FIFO port whose number is used again', () => {
  it.each(['posted', 'through memory'])('has its events delivered, %s', (way) => {
    const host = new XenHost();
    if (way === 'through memory') host.trace = { record() {} };
    const handle = host.createDomain({ domid: 0 }).openEvtchn();
    const first = handle.bindUnboundPort(0);
    handle.unbind(first);
    for (let round = 0; round < 5; round++) {
      const port = handle.bindUnboundPort(0);
      const local = handle.bindInterdomain(0, port);
      expect([port, local]).toEqual([first, first + 1]);
      expect(handle.tryPending()).toBe(local);
      handle.unmask(local);
      handle.notify(local);
      expect(handle.tryPending()).toBe(port);
      handle.unbind(port);
      handle.unbind(local);
    }
  });
});
