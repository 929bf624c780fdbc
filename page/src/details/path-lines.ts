import type { EventPath, PathStep } from 'xen-evtchn/embedded';

/** A line of a path that is listed. */
export interface PathLine {
  readonly step: PathStep;
  /** The step before. */
  readonly before: PathStep | undefined;
  /** Steps of the same kind right after it that are not listed. */
  readonly folded: number;
}

/** Steps of one kind in a row that are listed each; of more, so many, and how many there are. */
const LISTED = 3;

/** The lines of a path: an event into which thousands merged has no thousands of lines. */
export function pathLines({ steps, merged }: Pick<EventPath, 'steps' | 'merged'>): PathLine[] {
  const lines: { step: PathStep; before: PathStep | undefined; folded: number }[] = [];
  let run = 0;
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    run = before?.kind === step.kind ? run + 1 : 1;
    if (run <= LISTED) lines.push({ step, before, folded: 0 });
    else lines[lines.length - 1]!.folded++;
  }
  const kept = steps.filter(({ kind }) => kind === 'merged').length;
  const last = lines.findLast(({ step }) => step.kind === 'merged');
  if (last !== undefined) last.folded += merged - kept;
  return lines;
}
