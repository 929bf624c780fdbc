import type { Group } from './group.js';
import { measureSizes, reportSizes, type SizesFigures } from './sizes.js';

const SIZES = [1, 16, 256, 1024, 4096, 16384];

export const cycle: Group<SizesFigures> = {
  about: 'notify, read one port, write it back',
  measure: (effort, progress) => measureSizes('client', SIZES, effort, progress),
  report: (figures) => reportSizes('Notify, read one port, write it back', figures),
};
