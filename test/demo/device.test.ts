import { describe, expect, test } from 'vitest';
import { BackEnd } from '../../demo/back-end.js';
import type { BlockResponse } from '../../demo/block-protocol.js';
import { Disk } from '../../demo/disk.js';
import { FrontEnd } from '../../demo/front-end.js';
import { RingCorrupt } from '../../demo/ring-corrupt.js';
import { SharedRing } from '../../demo/shared-ring.js';
import { EVTCHNSTAT_UNBOUND, POLLIN, XenHost } from '../../src/index.js';

/** A connected device between domain 0 and another, the initial event not handled yet. */
function device(domid = 7) {
  const host = new XenHost();
  const dom0 = host.createDomain({ domid: 0 });
  const guest = host.createDomain({ domid });
  const backHandle = dom0.openEvtchn();
  const frontHandle = guest.openEvtchn();
  const ring = new SharedRing(new ArrayBuffer(SharedRing.bytesFor(4)));
  const disk = new Disk(8);
  const back = new BackEnd(backHandle, {
    frontendDomid: domid,
    ring,
    serve: (request) => disk.serve(request),
  });
  const front = new FrontEnd(frontHandle, { backendDomid: 0, backendPort: back.port, ring });
  return { host, dom0, guest, backHandle, frontHandle, ring, back, front };
}

const write = (sector: number, value: number) => ({ operation: 'write', sector, value }) as const;
const read = (sector: number) => ({ operation: 'read', sector, value: 0 }) as const;

describe('a front end and a back end', () => {
  test('connect: the front end has an event with nothing behind it, the back end has none', () => {
    const { front, back } = device();
    expect(front.handleEvent()).toEqual([]);
    expect(front.handleEvent()).toBeUndefined();
    expect(back.handleEvent()).toBe(false);
  });

  test('write a sector, read it back, and fail where there is none', () => {
    const { front, back } = device();
    front.handleEvent();
    const ids = [write(3, 33), read(3), read(4), write(8, 1)].map((request) =>
      front.submit(request),
    );
    expect(front.push()).toBe(true);
    expect(back.handleEvent()).toBe(true);
    expect(front.handleEvent()).toEqual([
      { id: ids[0], ok: true, value: 33 },
      { id: ids[1], ok: true, value: 33 },
      { id: ids[2], ok: true, value: 0 },
      { id: ids[3], ok: false, value: 0 },
    ]);
  });

  test('keep one event while the back end has its port masked, and hand it over in the unmask', () => {
    const { front, back, backHandle } = device();
    front.submit(read(0));
    front.push();
    expect(back.takeEvent()).toBe(true);
    expect(back.work()).toBe(1);
    front.submit(read(1));
    expect(front.push()).toBe(true);
    expect(backHandle.poll() & POLLIN).toBe(0);
    back.unmask();
    expect(backHandle.poll() & POLLIN).toBe(POLLIN);
    expect(back.handleEvent()).toBe(true);
    expect(front.handleEvent()?.map(({ id }) => id)).toEqual([1, 2]);
  });

  test('notify once for several pushes, unless told to notify always', () => {
    const { front, back } = device();
    const push = () => {
      front.submit(read(0));
      return front.push();
    };
    expect([push(), push()]).toEqual([true, false]);
    front.notifyAlways = true;
    expect(push()).toBe(true);
    expect(back.handleEvent()).toBe(true);
    // The second notify was kept while the port was masked: an event with nothing behind it.
    expect(back.handleEvent()).toBe(true);
    expect(back.handleEvent()).toBe(false);
  });

  test('work in loops of their own until their handles are closed', async () => {
    const { front, back, backHandle, frontHandle } = device();
    const responses: BlockResponse[] = [];
    const backRuns = back.run();
    let done = () => {};
    const all = new Promise<void>((resolve) => {
      done = resolve;
    });
    const frontRuns = front.run((response) => {
      responses.push(response);
      if (responses.length === 10) done();
      else {
        front.submit(write(responses.length % 8, responses.length));
        front.push();
      }
    });
    front.submit(write(0, 0));
    front.push();
    await all;
    expect(responses.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    backHandle.close();
    frontHandle.close();
    await expect(Promise.all([backRuns, frontRuns])).resolves.toEqual([undefined, undefined]);
  });

  test('pass over an event of a port that was unbound', () => {
    const { front, back, backHandle, ring } = device();
    front.submit(read(0));
    front.push();
    back.disconnect();
    // The next port must have another number, or the event would pass for its own.
    backHandle.bindUnboundPort(7);
    const next = new BackEnd(backHandle, {
      frontendDomid: 7,
      ring,
      serve: () => {
        throw new Error('nothing was asked');
      },
    });
    expect(next.handleEvent()).toBe(false);
  });

  test('go on with a new front end in a new domain after the first one died', () => {
    const { host, guest, dom0, front, back, backHandle, ring } = device();
    front.submit(write(1, 11));
    front.push();
    guest.destroy();
    expect(back.handleEvent()).toBe(true);
    expect(back.handleEvent()).toBe(false);
    expect(dom0.hypercalls.status(0, back.port)).toMatchObject({
      status: EVTCHNSTAT_UNBOUND,
      dom: 7,
    });
    back.disconnect();

    const disk = new Disk(1);
    const nextBack = new BackEnd(backHandle, {
      frontendDomid: 8,
      ring,
      serve: (request) => disk.serve(request),
    });
    const handle = host.createDomain({ domid: 8 }).openEvtchn();
    const nextFront = new FrontEnd(handle, { backendDomid: 0, backendPort: nextBack.port, ring });
    expect(nextFront.handleEvent()).toEqual([]);
    nextFront.submit(read(0));
    nextFront.push();
    expect(nextBack.handleEvent()).toBe(true);
    expect(nextFront.handleEvent()).toEqual([{ id: 1, ok: true, value: 0 }]);
  });

  test('notice a peer that does not keep to the protocol, and can still have events', () => {
    const { front, back, ring } = device();
    ring.reqProd = 1000;
    front.notifyAlways = true;
    expect(() => front.push()).not.toThrow();
    ring.reqProd = 1000;
    expect(() => back.handleEvent()).toThrow(RingCorrupt);
    front.push();
    expect(back.takeEvent()).toBe(true);
    ring.rspProd = 1;
    expect(() => front.handleEvent()).toThrow(RingCorrupt);
  });
});
