import type { DeviceHandle } from '../fuse/device-handle.js';
import type { DeviceRequests } from '../fuse/device-requests.js';
import { WokenHandles } from '../fuse/woken-handles.js';
import type { XenHost } from '../host/xen-host.js';

/** A host as the channels have it in common that it is served through. */
export class ServedHost {
  readonly host: XenHost;
  readonly woken: WokenHandles = new WokenHandles();
  readonly #devices: DeviceRequests[] = [];

  constructor(host: XenHost) {
    this.host = host;
  }

  /** Requests on the host's devices come through one more channel. */
  add(devices: DeviceRequests): void {
    this.#devices.push(devices);
  }

  /** The files of the devices that are open, through whatever channel. */
  *openFiles(): IterableIterator<DeviceHandle> {
    for (const devices of this.#devices) yield* devices.open();
  }
}
