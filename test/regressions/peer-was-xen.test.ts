import { describe, expect, it } from 'vitest';
import { allocUnboundXen, freeXen } from '../../src/hypervisor/xen-channel.js';
import { XenHost } from '../../src/index.js';

/**
 * That Xen itself is at the other end is noted on the guest's port. The note must go when another guest takes Xen's place:
 * with it, what the port sends would look for a receiver in Xen, and be lost.
 */
describe('a port whose peer was Xen', () => {
  it('reaches the guest that connects to it afterwards', () => {
    const host = new XenHost();
    const dom0 = host.createDomain({ domid: 0 });
    const dom7 = host.createDomain({ domid: 7 });
    const sent: number[] = [];
    const xens = allocUnboundXen(dom7.xen, 0, 0, (port) => sent.push(port));
    const back = dom0.openEvtchn();
    const port = back.bindInterdomain(7, xens);
    back.notify(port);
    expect(sent).toEqual([xens]);
    expect(freeXen(dom7.xen, xens)).toBe(0);
    const front = dom7.openEvtchn();
    const local = front.bindInterdomain(0, port);
    expect(front.tryPending()).toBe(local);
    front.unmask(local);
    back.notify(port);
    expect(front.tryPending()).toBe(local);
    expect(sent).toEqual([xens]);
  });
});
