import { describe, expect, it } from 'vitest';
import { DeviceHandle } from '../../../src/fuse/device-handle.js';
import { WokenHandles } from '../../../src/fuse/woken-handles.js';
import { XenHost } from '../../../src/index.js';

function setUp() {
  const domain = new XenHost().createDomain({ domid: 0 });
  const lookedAfter: DeviceHandle[] = [];
  const woken = new WokenHandles();
  const owner = { woken, lookAfter: (each: DeviceHandle) => void lookedAfter.push(each) };
  const opener = { pid: 5, comm: 'x', uid: 0 };
  const handle = new DeviceHandle(domain, domain.open(), opener, owner);
  return { handle, woken, lookedAfter };
}

describe('an open file of the device', () => {
  it('is looked after once, however often it was woken, when the call is over', () => {
    const { handle, woken, lookedAfter } = setUp();
    handle.wake();
    handle.wake();
    expect(lookedAfter).toEqual([]);
    woken.settle();
    woken.settle();
    expect(lookedAfter).toEqual([handle]);
    handle.wake();
    woken.settle();
    expect(lookedAfter).toEqual([handle, handle]);
  });

  it('waits on the device while it has readers or a poller', () => {
    const { handle, woken, lookedAfter } = setUp();
    const { waitQueue } = handle.file;
    const states: number[] = [];
    const note = () => {
      handle.updateWaiting();
      states.push(waitQueue.size);
    };
    note();
    handle.parked.push({ uniqueLow: 1, uniqueHigh: 0, count: 4 });
    note();
    handle.pollArmed = true;
    note();
    handle.parked.length = 0;
    note();
    handle.pollArmed = false;
    note();
    expect(states).toEqual([0, 1, 1, 1, 0]);
    waitQueue.wake();
    woken.settle();
    expect(lookedAfter).toEqual([]);
  });

  it('finds a read by all 64 bits of its number, and keeps the order of the others', () => {
    const { handle } = setUp();
    const reads = [
      { uniqueLow: 1, uniqueHigh: 0, count: 4 },
      { uniqueLow: 1, uniqueHigh: 1, count: 8 },
      { uniqueLow: 2, uniqueHigh: 1, count: 12 },
    ];
    handle.parked.push(...reads);
    expect(handle.unpark(2, 0)).toBe(false);
    expect(handle.unpark(0, 1)).toBe(false);
    expect(handle.unpark(1, 1)).toBe(true);
    expect(handle.parked).toEqual([reads[0], reads[2]]);
    expect(handle.unpark(1, 1)).toBe(false);
  });
});
