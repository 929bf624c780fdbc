import { writeSync } from 'node:fs';
import { EvtchnError } from '../errors/evtchn-error.js';
import { closeDescriptor, readDescriptor } from '../native/descriptor.js';
import { lastErrno } from '../native/libc.js';
import { mountFuse, setPropagation } from '../native/mount.js';
import { unshareMounts } from '../native/namespace.js';
import type { Trial } from './facts.js';
import { tryMemory } from './memory-trial.js';

/** A directory that every machine has; it is covered in this process's own mount namespace only. */
const MOUNTPOINT = '/sys';
/** The kernel hands requests out in no smaller buffer. */
const BUFFER_BYTES = 8192;
/** Where the version is in the first request, INIT: behind `struct fuse_in_header`, in words. */
const MAJOR_WORD = 10;

/** Mounts, where nobody else sees it, and reads the kernel's first request. @returns the protocol it speaks */
function protocol(): string {
  unshareMounts();
  setPropagation('private');
  const owner = { uid: process.getuid!(), gid: process.getgid!() };
  const fuse = mountFuse({ mountpoint: MOUNTPOINT, owner });
  const request = new Uint32Array(BUFFER_BYTES / 4);
  const count = readDescriptor(fuse, request, BUFFER_BYTES);
  if (count < 0) throw new EvtchnError('read /dev/fuse', lastErrno());
  closeDescriptor(fuse);
  return `${request[MAJOR_WORD]}.${request[MAJOR_WORD + 1]}`;
}

async function attempt(): Promise<Trial> {
  try {
    return { mounted: true, memory: await tryMemory(), protocol: protocol() };
  } catch (error) {
    return { mounted: false, reason: (error as Error).message };
  }
}

writeSync(1, JSON.stringify(await attempt()));
