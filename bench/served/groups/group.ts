import type { Progress } from '../../groups/group.js';
import type { Report } from '../../report/report.js';
import type { Effort } from '../effort.js';
import type { Testbed } from '../testbed.js';

/** A benchmark of the served device that can be asked for by name. */
export interface Group<Figures> {
  readonly about: string;
  measure(testbed: Testbed, effort: Effort, progress: Progress): Promise<Figures>;
  report(figures: Figures): Report;
}
