import { closeSync, openSync, readFileSync } from 'node:fs';
import { O_DIRECTORY, O_PATH, O_RDONLY } from '../abi/fcntl.js';
import { tryLock } from '../native/file-lock.js';
import { codeOf, withAdvice } from './system-error.js';

/** The mount an open file is on, as {@link Mount.id}. */
function mountOf(fd: number): number {
  const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
  return Number(/^mnt_id:\s*(\d+)/m.exec(info)?.[1]);
}

/** The mount a path leads to now. Asks no file system. */
function mountNow(path: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(path, O_PATH);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const mount = mountOf(fd);
  closeSync(fd);
  return mount;
}

/** Holds a place against other servers that start at the same moment: the directory or file itself, not what covers it. */
export class PlaceLock {
  /** Whether it was to be had; another server has it otherwise. */
  readonly held: boolean;
  readonly #path: string;
  #fd: number | undefined;

  /**
   * Opens a place, and locks it if nobody else has.
   * @throws EvtchnError with the errno of open(2)
   */
  constructor(path: string, kind: 'directory' | 'file') {
    const advice = { EACCES: 'it belongs to somebody else: choose another place' };
    const flags = kind === 'directory' ? O_DIRECTORY : O_RDONLY;
    this.#path = path;
    this.#fd = withAdvice(`open ${path}`, advice, () => openSync(path, flags));
    this.held = tryLock(this.#fd);
  }

  /**
   * Whether what was opened is what can be seen at the path now, on the mount where it was looked at: somebody may have
   * mounted there just before it was opened, or since.
   */
  isOn(mount: number): boolean {
    if (this.#fd === undefined) return false;
    return mountOf(this.#fd) === mount && mountNow(this.#path) === mount;
  }

  /** Lets go of it. Twice does nothing. */
  release(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
