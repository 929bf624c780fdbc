import type { HostDomain } from '../host/host-domain.js';
import type { XenHost } from '../host/xen-host.js';
import type { OpenHandle } from './open-handle.js';
import type { PartyState } from './party-state.js';

/**
 * What a run has left behind when all its parties are over: handles that are open, channels that nobody holds, calls that nobody
 * awaited. What belongs to parties that need not end, and to the kernels of domains, is not left.
 * @returns a phrase for each
 */
export function leftovers(
  host: XenHost,
  parties: readonly PartyState[],
  handles: readonly OpenHandle[],
): readonly string[] {
  const left: string[] = [];
  for (const { name, phase, operations } of parties) {
    if (phase !== 'over') continue;
    for (const { lasting, text } of operations) {
      if (lasting) left.push(`${text.call}, which ${name} does not await`);
    }
  }
  for (const domain of host.domains()) {
    filesOf(domain, handles, left);
    channelsOf(domain, left);
  }
  return left;
}

function filesOf(
  { domid, driver }: HostDomain,
  handles: readonly OpenHandle[],
  left: string[],
): void {
  for (const file of driver?.openFiles.values() ?? []) {
    const opened = handles.find(({ handle }) => handle.openFile === file);
    if (opened?.party.daemon) continue;
    const ports = [...file.ports()].reverse().join(', ');
    const holding = ports === '' ? '' : `, with port ${ports}`;
    left.push(`an open handle of ${opened?.party.name ?? file.comm} on domain ${domid}${holding}`);
  }
}

/** Channels of no open file: made by hypercalls. */
function channelsOf({ domid, xen, kernel }: HostDomain, left: string[]): void {
  const { free } = xen.channels;
  for (let port = free.takenFrom(1); port >= 0; port = free.takenFrom(port + 1)) {
    if (kernel === undefined || kernel.irqFromEvtchn(port) < 0) {
      left.push(`port ${port} of domain ${domid}, which is nobody's`);
    }
  }
}
