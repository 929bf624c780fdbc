import { briefChannel, wholeChannel } from './brief-channel.js';
import type { HostSnapshot } from './host-snapshot.js';

/** The layout this reads and writes. */
const VERSION = 1;

/**
 * A snapshot as JSON, as the files of a served host have it; {@link parseSnapshot} reads it. What is 0, false or empty is left
 * out of channels, of which there may be many.
 */
export function snapshotText(snapshot: HostSnapshot): string {
  const domains = snapshot.domains.map((domain) => ({
    ...domain,
    channels: domain.channels.map(briefChannel),
  }));
  return JSON.stringify({ ...snapshot, domains });
}

/**
 * Reads what {@link snapshotText} wrote.
 * @throws Error for text that is not a snapshot, or one of another version than this; its message says which
 */
export function parseSnapshot(text: string): HostSnapshot {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`this is not the state of a host: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const { version, domains } = (value ?? {}) as { version?: unknown; domains?: unknown };
  if (typeof version !== 'number' || !Array.isArray(domains)) {
    throw new Error('this is not the state of a host: it has no version or no domains');
  }
  if (version !== VERSION) {
    throw new Error(
      `the state of the host is in version ${version} of its layout, this program reads version ${VERSION}: use the xen-evtchn that serves the host`,
    );
  }
  const snapshot = value as HostSnapshot;
  for (const { channels } of snapshot.domains) {
    for (const channel of channels) wholeChannel(channel, snapshot.watchedSince !== undefined);
  }
  return snapshot;
}
