import type { Mount } from '../../../src/serve/mount-table.js';

/** A host of root's, mounted at /srv/xen, but for what is given. */
export function mountOf(given: Partial<Mount> = {}): Mount {
  return {
    id: 63,
    parent: 43,
    device: '0:39',
    root: '/',
    mountpoint: '/srv/xen',
    type: 'fuse.xen-evtchn',
    user: 0,
    group: 0,
    ...given,
  };
}
