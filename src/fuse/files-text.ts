import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { HostDomain } from '../host/host-domain.js';
import type { DeviceHandle } from './device-handle.js';
import { textTable } from './text-table.js';

const HEADING = [
  'file',
  'process',
  'uid',
  'ports',
  'unread',
  'ring',
  'overflow',
  'reading',
  'polled',
  'restricted',
];

/** Number of an open file of the device, as in traces. */
export function numberOf(handle: DeviceHandle): number {
  return (handle.operations as OpenFile).number;
}

/** The process that opened it: its number and name. Bytes that are no printable ASCII are shown as `?`. */
export function processOf({ opener }: DeviceHandle): string {
  return `${opener.pid} ${opener.comm.replace(/[^!-~]/g, '?')}`.trimEnd();
}

/**
 * The open files of a domain's device, a line each: the process, its user, how many ports it holds, how many events are
 * unread of how many that fit, whether the ring overflowed, how many threads wait in a read, whether somebody polls, and
 * the domain it is restricted to.
 */
export function filesText(domain: HostDomain, handles: Iterable<DeviceHandle>): string {
  const rows = [HEADING];
  for (const handle of handles) {
    if (handle.domain !== domain) continue;
    const { ring, portCount, restricted, restrictDomid } = handle.operations as OpenFile;
    rows.push([
      String(numberOf(handle)),
      processOf(handle),
      String(handle.opener.uid),
      String(portCount),
      String(ring.count),
      String(ring.size),
      ring.overflow ? 'yes' : 'no',
      String(handle.parked.length),
      handle.pollArmed ? 'yes' : 'no',
      restricted ? String(restrictDomid) : '-',
    ]);
  }
  return textTable(rows);
}
