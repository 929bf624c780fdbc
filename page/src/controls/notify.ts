import type { ChannelSnapshot } from 'xen-evtchn/embedded';
import type { HostControl } from '../source/host-source.js';
import type { Command } from './use-command.js';

/** Whether EVTCHNOP_send takes a port like that: not one that Xen or a device raises. */
export function canNotify({ state }: ChannelSnapshot): boolean {
  return state === 'interdomain' || state === 'ipi' || state === 'unbound';
}

/** Has a domain send on one of its ports. */
export function notify(
  command: Command,
  control: HostControl,
  domid: number,
  channel: ChannelSnapshot,
): void {
  command.run(() => control.notify(domid, channel.port), sentText(domid, channel));
}

/** What a send came to. */
export function sentText(domid: number, { state, port, peer }: ChannelSnapshot): string {
  const from = `d${domid}:${port}`;
  if (state === 'unbound') return `Sent on ${from}: nobody is connected, so the event was lost.`;
  if (peer === undefined) return `Sent on ${from}.`;
  return `Sent on ${from} to d${peer.domid}:${peer.port}.`;
}
