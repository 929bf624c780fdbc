import { mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvtchnError } from '../errors/evtchn-error.js';
import { mountTmpfs, unmount } from '../native/mount.js';

/** A directory that every machine with FUSE and sysfs has, and that nobody needs here. */
const PREFERRED = '/sys/fs/fuse/connections';

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Where mounts are put together before the programs see them: a tmpfs, in this mount namespace only. It covers a directory
 * that is there anyway, so that even a process killed at once leaves nothing behind; only a machine without it has a
 * directory made in the place for temporary files, until the programs start.
 */
export class Stage {
  readonly #path: string;
  readonly #made: boolean;

  /**
   * Mounts it. The mount namespace must be this process' own already.
   * @throws EvtchnError with the errno of mount(2)
   */
  constructor(preferred: string = PREFERRED) {
    this.#made = !isDirectory(preferred);
    this.#path = this.#made ? mkdtempSync(join(tmpdir(), 'xen-evtchn-')) : preferred;
    try {
      mountTmpfs(this.#path, 0o700);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** A new, empty directory in it. */
  directory(name: string): string {
    const path = join(this.#path, name);
    mkdirSync(path);
    return path;
  }

  /** Takes it, and all that is mounted in it, out of the mount namespace the main thread is in now. */
  unmount(): void {
    unmount(this.#path, { lazy: true });
  }

  /** Takes it out of this mount namespace if it is there, and removes the directory if that was made for it. */
  remove(): void {
    try {
      this.unmount();
    } catch (error) {
      if (!(error instanceof EvtchnError) || error.code !== 'EINVAL') throw error;
      // Not mounted here.
    }
    if (this.#made) rmdirSync(this.#path);
  }
}
