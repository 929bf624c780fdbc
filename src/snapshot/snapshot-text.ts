import type { HostSnapshot } from './host-snapshot.js';

/** The layout this reads and writes. */
const VERSION = 1;

/** A snapshot as JSON, as the files of a served host have it; {@link parseSnapshot} reads it. */
export function snapshotText(snapshot: HostSnapshot): string {
  return JSON.stringify(snapshot);
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
  return value as HostSnapshot;
}
