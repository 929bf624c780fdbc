import { openSync } from 'node:fs';
import type { Mount } from '../../../src/serve/mount-table.js';
import type { Mounter } from '../../../src/serve/mounter.js';
import { mountOf } from './mounts.js';

/** A mounter that keeps its mounts to itself, for servers that answer nobody. */
export class FakeMounter implements Mounter {
  /** What there is now. */
  table: Mount[] = [];
  /** What was unmounted, in order. */
  readonly unmounted: string[] = [];
  /** What was asked for by each mount. */
  readonly asked: { readonly mountpoint: string; readonly allowOther: boolean }[] = [];
  /** The descriptors that were handed out. */
  readonly descriptors: number[] = [];

  mounts(): readonly Mount[] {
    return this.table;
  }

  async mount(mountpoint: string, allowOther: boolean): Promise<number> {
    this.asked.push({ mountpoint, allowOther });
    this.table.push(mountOf({ mountpoint, id: 100 + this.table.length }));
    const fd = openSync('/dev/null', 'r+');
    this.descriptors.push(fd);
    return fd;
  }

  unmount(mountpoint: string): void {
    this.unmounted.push(mountpoint);
    this.table = this.table.filter((mount) => mount.mountpoint !== mountpoint);
  }
}
