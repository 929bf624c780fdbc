import type { HostDomain } from '../host/host-domain.js';
import type { File } from '../vfs/file.js';
import type { FileOperations } from '../vfs/file-operations.js';
import type { Waiter } from '../vfs/wait-queue.js';
import type { WokenHandles } from './woken-handles.js';

/** The process that opened a file, as the kernel told of it. */
export interface OpenerProcess {
  /** The thread that opened it, in the server's pid namespace; 0 where that has no number for it. */
  readonly pid: number;
  /** Its name at that time. */
  readonly comm: string;
  readonly uid: number;
}

/** A blocking read without an answer yet. */
export interface ParkedRead {
  readonly uniqueLow: number;
  readonly uniqueHigh: number;
  /** Bytes it asked for. */
  readonly count: number;
}

/** What a file was opened through. */
export interface HandleOwner {
  /** Where its files are noted when they are woken. */
  readonly woken: WokenHandles;
  /** Answers whoever waits in a file that was woken, as far as there is something for them now. */
  lookAfter(handle: DeviceHandle): void;
}

/**
 * One open file of the device as the kernel's FUSE has it, by its handle: the vfs file behind it, the reads that wait, and
 * whether the kernel wants to hear of readiness.
 */
export class DeviceHandle implements Waiter {
  readonly domain: HostDomain;
  readonly file: File;
  readonly operations: FileOperations;
  readonly opener: OpenerProcess;
  readonly owner: HandleOwner;
  /** Reads that wait, oldest first. */
  readonly parked: ParkedRead[] = [];
  /** Somebody polls: the kernel asked to be notified. */
  pollArmed = false;
  /** By what the kernel knows the file in notifications (`kh`). */
  pollLow = 0;
  pollHigh = 0;
  /** It was woken and not looked after yet. */
  woken = false;
  private waiting = false;

  constructor(domain: HostDomain, file: File, opener: OpenerProcess, owner: HandleOwner) {
    this.domain = domain;
    this.file = file;
    this.operations = file.operations;
    this.opener = opener;
    this.owner = owner;
  }

  wake(): void {
    if (this.woken) return;
    this.woken = true;
    this.owner.woken.add(this);
  }

  /** Waits on the device's queue while somebody waits here. To be called when that may have changed. */
  updateWaiting(): void {
    const waiting = this.pollArmed || this.parked.length > 0;
    if (waiting === this.waiting) return;
    this.waiting = waiting;
    if (waiting) this.file.waitQueue.add(this);
    else this.file.waitQueue.remove(this);
  }

  /** Takes the read of that number out of those that wait. @returns false if it does not wait here */
  unpark(uniqueLow: number, uniqueHigh: number): boolean {
    const index = this.parked.findIndex(
      (read) => read.uniqueLow === uniqueLow && read.uniqueHigh === uniqueHigh,
    );
    if (index < 0) return false;
    this.parked.splice(index, 1);
    return true;
  }
}
