import type { Group } from './group.js';
import { measureSizes, reportSizes, type SizesFigures } from './sizes.js';

const SIZES = [64, 256, 1024, 4096, 16384];

export const burst: Group<SizesFigures> = {
  about: 'the same, 64 read and written at once',
  measure: (effort, progress) => measureSizes('client-burst', SIZES, effort, progress),
  report: (figures) => reportSizes('64 read and written at once, per event', figures),
};
