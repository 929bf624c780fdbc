import { EFAULT, EINTR } from '../abi/errno.js';
import type { OpenFile } from '../devices/evtchn/open-file.js';
import type { ChosenFault } from '../faults/fault-chooser.js';
import type { FaultInjector } from '../faults/fault-injector.js';
import type { UserMemory } from '../vfs/user-memory.js';
import type { DeviceHandle, ParkedRead } from './device-handle.js';

/** Answers a read that waited. */
export type AnswerRead = (read: ParkedRead, errno: number) => void;

/**
 * Calls of the driver on a host that is to show faults: they take their time, are refused, cut short or interrupted, and what
 * the faults of a call do happens before it is over. Whoever was woken is to be looked after then.
 */
export class FaultyCalls {
  private readonly faults: FaultInjector;
  private readonly answerRead: AnswerRead;

  /** @param answerRead - called for a read that waited and was interrupted */
  constructor(faults: FaultInjector, answerRead: AnswerRead) {
    this.faults = faults;
    this.answerRead = answerRead;
  }

  /** A file of the device was opened. */
  opened({ domain }: DeviceHandle): void {
    this.faults.opened(domain);
  }

  /**
   * ioctl(2). One whose argument cannot be read is no occasion: over CUSE it is made again once the kernel knows what to copy.
   * @returns as the driver does, or the errno of a fault
   */
  ioctl(handle: DeviceHandle, command: number, memory: UserMemory): number {
    const { faults } = this;
    const { domid } = handle.domain;
    const file = handle.operations as OpenFile;
    const there = faults.mayRefuse(command) && memory.getU32(0) >= 0;
    const refused = there ? faults.ioctlErrno(domid, file, command) : 0;
    const result = refused < 0 ? refused : file.ioctl(command, memory, 0);
    if (result === -EFAULT) return result;
    faults.takeTime(domid, file);
    this.end(handle);
    return result;
  }

  /** write(2). */
  write(handle: DeviceHandle, memory: UserMemory, count: number): number {
    const result = this.begin(handle).write(memory, 0, count);
    this.end(handle);
    return result;
  }

  /** read(2), which {@link end} has to follow when it is answered. */
  read(handle: DeviceHandle, memory: UserMemory, count: number): number {
    this.begin(handle);
    return this.readAgain(handle, memory, count);
  }

  /** Tries a read again that waited. */
  readAgain({ domain, operations }: DeviceHandle, memory: UserMemory, count: number): number {
    const file = operations as OpenFile;
    return file.read(memory, 0, this.faults.shortened(domain.domid, file, count));
  }

  /** A read is parked: it may be interrupted, now or later. */
  parked(handle: DeviceHandle, read: ParkedRead): void {
    const { domain, operations } = handle;
    const fault = this.faults.interruption(domain.domid, operations as OpenFile);
    if (fault === undefined) return;
    if (fault.ms === 0) this.interrupt(handle, read, fault);
    else this.faults.after(fault.ms, () => this.interrupt(handle, read, fault));
  }

  /** A call of a file begins that {@link end} need not follow. */
  begin({ domain, operations }: DeviceHandle): OpenFile {
    const file = operations as OpenFile;
    this.faults.takeTime(domain.domid, file);
    return file;
  }

  /** A call of a file is over. */
  end({ domain, operations }: DeviceHandle): void {
    this.faults.afterCall(domain, operations as OpenFile);
    this.faults.act();
  }

  /** Does what is due. */
  act(): void {
    this.faults.act();
  }

  /** A read that got something meanwhile, or was interrupted by a signal, is not there any more. */
  private interrupt(handle: DeviceHandle, read: ParkedRead, fault: ChosenFault): void {
    if (!handle.unpark(read.uniqueLow, read.uniqueHigh)) return;
    handle.updateWaiting();
    this.faults.interrupted(fault, handle.domain.domid, handle.operations as OpenFile);
    this.answerRead(read, -EINTR);
  }
}
