import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder that every user may enter. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-e2e-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** Removes it; what is mounted in it must be gone. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true });
}
