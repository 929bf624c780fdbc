import type { JSX } from 'preact';
import { Mark } from './mark.js';
import type { MarkShape } from './row-shape.js';

const MEANINGS: readonly (readonly [MarkShape, string])[] = [
  ['pending', 'pending: set in Xen, the guest is told'],
  ['masked', 'pending, masked: remembered until the port is open'],
  ['merged', 'merged: one was pending already, they are one event now'],
  ['queued', 'queued in the ring of an open file'],
  ['overflow', 'overflow: the ring was full, nobody will read it'],
  ['read', 'read by the program'],
  ['enabled', 'enabled: the program wrote the port back'],
  ['unmasked', 'unmasked: the port is open again, the event is over'],
  ['deferred', 'deferred: the late EOI is put off, the port stays masked'],
  ['handled', 'handled by the kernel itself'],
  ['ring-reset', 'the ring was reset'],
  ['dropped', 'dropped by a reset, unread'],
  ['bind', 'a port was bound'],
  ['channel-close', 'a port was closed; its peer is alone from now on'],
  ['closed', 'its port was closed before the event was over'],
  ['open', 'the device was opened'],
  ['release', 'the device was closed for the last time'],
  ['domain-create', 'a domain was created'],
  ['domain-destroy', 'a domain was destroyed'],
  ['virq-lost', 'a virtual interrupt that nobody bound'],
  ['missing', 'records are missing here'],
];

/** What the marks of the diagram mean. */
export function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="Marks">
      {MEANINGS.map(([shape, meaning]) => (
        <li key={shape}>
          <svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">
            <Mark shape={shape} x={0} y={0} scale={1} />
          </svg>
          {meaning}
        </li>
      ))}
    </ul>
  );
}
