import type { ChannelSnapshot, DomainSnapshot } from './host-snapshot.js';

/** The channel of a port; undefined for one that is not in use. Channels are in order, so few are looked at. */
export function findChannel(
  { channels }: DomainSnapshot,
  port: number,
): ChannelSnapshot | undefined {
  let low = 0;
  let high = channels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (channels[middle]!.port < port) low = middle + 1;
    else high = middle;
  }
  const found = channels[low];
  return found?.port === port ? found : undefined;
}
