import { describe, expect, it } from 'vitest';
import { DeviceHandle } from '../../../src/fuse/device-handle.js';
import { WokenHandles } from '../../../src/fuse/woken-handles.js';
import { XenHost } from '../../../src/index.js';

function setUp() {
  const domain = new XenHost().createDomain({ domid: 0 });
  const woken: DeviceHandle[] = [];
  const opener = { pid: 5, comm: 'x', uid: 0 };
  const queue = new WokenHandles();
  const owner = { woken: queue, lookAfter: (each: DeviceHandle) => woken.push(each) };
  const handle = new DeviceHandle(domain, domain.open(), opener, owner);
  return { handle, woken, settle: () => queue.settle() };
}

describe('an open file of the device', () => {
  it('is in the queue of those to look after once, however often it is woken', () => {
    const { handle, woken, settle } = setUp();
    handle.wake();
    handle.wake();
    settle();
    expect(woken).toEqual([handle]);
    settle();
    handle.wake();
    settle();
    expect(woken).toEqual([handle, handle]);
  });

  it('waits on the device while it has readers or a poller', () => {
    const { handle, woken, settle } = setUp();
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
    settle();
    expect(woken).toEqual([]);
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
