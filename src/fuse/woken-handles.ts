import type { DeviceHandle } from './device-handle.js';

/**
 * Open files of one host for whose waiters there may be something. As with one CPU, whoever an event wakes runs when the call
 * that raised it is over: call {@link settle} then. A host has one of these, since an event that is raised through one channel
 * may wake whoever opened the device through another.
 */
export class WokenHandles {
  private readonly handles: DeviceHandle[] = [];

  /** Notes a file, to be called once until it is looked after. */
  add(handle: DeviceHandle): void {
    this.handles.push(handle);
  }

  /** Looks after everybody who was woken since: answers reads that have something now, and tells pollers to look again. */
  settle(): void {
    if (this.handles.length !== 0) this.lookAfterAll();
  }

  private lookAfterAll(): void {
    const { handles } = this;
    for (let handle = handles.shift(); handle !== undefined; handle = handles.shift()) {
      handle.woken = false;
      handle.owner.lookAfter(handle);
    }
  }
}
