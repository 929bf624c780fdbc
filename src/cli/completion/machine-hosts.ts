import type { HostFinder } from './host-values.js';

/** The hosts of this machine, looked for when they are asked for. */
export function machineHosts(): HostFinder {
  return {
    async open(choice) {
      const { openWatchedHost } = await import('../../watch/open-watched-host.js');
      return openWatchedHost(choice);
    },
    async list() {
      return [];
    },
    environmentHost: process.env.XEN_EVTCHN_HOST,
  };
}
