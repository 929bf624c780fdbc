import { describe, expect, it } from 'vitest';
import { XenHost } from '../../src/index.js';

/** A signal without the methods of one made the wait reject, but left its waiter behind: the next sender tripped over it. */
describe('a wait refused for its signal', () => {
  it('leaves nobody on the queue, and the next event where it belongs', async () => {
    const domain = new XenHost().createDomain({ domid: 0 });
    const handle = domain.openEvtchn();
    const port = handle.bindUnboundPort(0);
    await expect(handle.pending({ signal: {} as never })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
    expect([...domain.driver!.openFiles.values()].map((file) => file.waitQueue.size)).toEqual([0]);
    const local = handle.bindInterdomain(0, port);
    expect(handle.tryPending()).toBe(local);
  });
});
