import type { Deviation } from './deviation.js';
import { fileDeviations } from './deviations/file-operations.js';
import { ioctlDeviations } from './deviations/ioctls.js';
import { readWriteDeviations } from './deviations/reading-and-writing.js';
import { signalDeviations } from './deviations/signals.js';

/** All that the kernel forces on a served device: the rows of docs/deviations.md, "Served over FUSE". */
export const DEVIATIONS: readonly Deviation[] = [
  ...ioctlDeviations,
  ...fileDeviations,
  ...readWriteDeviations,
  ...signalDeviations,
];
