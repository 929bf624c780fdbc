import { O_ACCMODE, O_RDONLY, O_WRONLY } from '../../src/index.js';
import type { Interface } from './operation.js';

/** One open file of the device, as far as programs can tell. */
export interface OpenFileModel {
  readonly file: number;
  readonly domid: number;
  readonly through: Interface;
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  /** Handles that share it. */
  references: number;
  /** Ports bound through it; true where they are enabled. */
  readonly ports: Map<number, boolean>;
  /** Unread events, oldest first. */
  readonly ring: number[];
  /** Entries the ring may hold. */
  size: number;
  overflow: boolean;
  /** The only domain it may connect to. */
  restrictedTo: number | undefined;
  /** Its domain was destroyed. */
  lost: boolean;
}

export function openFileModel(
  file: number,
  domid: number,
  flags: number,
  through: Interface,
): OpenFileModel {
  const mode = flags & O_ACCMODE;
  return {
    file,
    domid,
    through,
    mayRead: mode !== O_WRONLY,
    mayWrite: mode !== O_RDONLY,
    references: 1,
    ports: new Map(),
    ring: [],
    size: 0,
    overflow: false,
    restrictedTo: undefined,
    lost: false,
  };
}

const FIRST_SIZE = 64;

/** A port comes in, enabled. The ring has as many places as there are ports, in doublings. */
export function takePort(file: OpenFileModel, port: number): void {
  file.ports.set(port, true);
  if (file.size === 0) file.size = FIRST_SIZE;
  else if (file.ports.size > file.size) file.size *= 2;
}

/** An event came on an enabled port: it is disabled, and stands in the ring if there is a place. */
export function queueEvent(file: OpenFileModel, port: number): void {
  file.ports.set(port, false);
  if (file.ring.length < file.size) file.ring.push(port);
  else file.overflow = true;
}
