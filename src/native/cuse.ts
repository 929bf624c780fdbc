import { EACCES, ENODEV, ENOENT, ENXIO, EPERM } from '../abi/errno.js';
import { openDevice } from './descriptor.js';

/** Where the kernel's CUSE answers. */
export const CUSE_DEVICE = '/dev/cuse';

const CONTAINER = `in a container: docker run --device ${CUSE_DEVICE}`;
const NO_MODULE = `load the kernel module (modprobe cuse), or do without --cuse; ${CONTAINER}`;

/** What can be done when /dev/cuse does not open. */
const OPEN_ADVICE: Readonly<Record<number, string>> = {
  [EACCES]: `no permission for it: be root, or do without --cuse; ${CONTAINER}`,
  [EPERM]: `this container's device rules forbid it; ${CONTAINER}`,
  [ENOENT]: `there is no CUSE device: ${NO_MODULE}`,
  [ENODEV]: `this kernel has no CUSE: ${NO_MODULE}`,
  [ENXIO]: `this kernel has no CUSE: ${NO_MODULE}`,
};

/**
 * Opens /dev/cuse: one device can be made with the descriptor, and is there until its last copy is closed. The kernel's first
 * request, CUSE_INIT, is then waiting in it.
 * @returns the descriptor, closed on exec
 * @throws EvtchnError with the errno of open(2) and what to do about it
 */
export function openCuse(): number {
  return openDevice(CUSE_DEVICE, OPEN_ADVICE);
}
