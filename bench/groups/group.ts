import type { Effort } from '../effort.js';
import type { Report } from '../report/report.js';

/** Says what is being measured. */
export type Progress = (what: string) => void;

/** A benchmark that can be asked for by name. */
export interface Group<Figures> {
  readonly about: string;
  measure(effort: Effort, progress: Progress): Promise<Figures>;
  report(figures: Figures): Report;
}
