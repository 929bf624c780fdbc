import { openCuse } from '../native/cuse.js';
import { closeDescriptor } from '../native/descriptor.js';
import type { CuseDevice } from './thread-message.js';

/** A character device to make by CUSE. */
export type NamedDevice = Omit<CuseDevice, 'fd'>;

/** Opens /dev/cuse once for each device. @throws EvtchnError with what to do about it; nothing stays open then */
export function openDevices(devices: readonly NamedDevice[]): CuseDevice[] {
  const opened: CuseDevice[] = [];
  try {
    for (const device of devices) opened.push({ ...device, fd: openCuse() });
    return opened;
  } catch (error) {
    closeDevices(opened);
    throw error;
  }
}

/** Closes what {@link openDevices} opened and nobody serves. */
export function closeDevices(devices: readonly CuseDevice[]): void {
  for (const { fd } of devices) closeDescriptor(fd);
}
