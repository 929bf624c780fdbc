import type { TraceRecord } from '../../trace/trace-record.js';
import type { Paint } from './look.js';
import { RecordsText } from './records-text.js';
import type { ReportStep } from './report-step.js';

/** Steps at the beginning and at the end of a long run that are shown. */
const SHOWN = 60;
/** Where the source lines begin, at least. */
const WHERE_COLUMN = 60;

/** A run as a sequence: a line for each step with who and what, and under it what the host did. */
export function sequenceText(
  setup: readonly TraceRecord[],
  steps: readonly ReportStep[],
  paint: Paint,
): string[] {
  const records = new RecordsText();
  const nameWidth = Math.max(...steps.map(({ who }) => who.length), 0);
  const numberWidth = String(steps.length).length + 1;
  const indent = ' '.repeat(numberWidth + 4 + nameWidth + 2);
  const under = (lines: readonly string[]) => lines.map((line) => paint('dim', indent + line));
  const lines = under(records.setup(setup));
  const skipFrom = steps.length > 2 * SHOWN ? SHOWN : steps.length;
  const skipTo = Math.max(skipFrom, steps.length - SHOWN);
  steps.forEach((step, index) => {
    // What is skipped still names files and ports.
    const told = [...records.lines(step.records), ...step.ends];
    if (index === skipFrom && skipTo > skipFrom) {
      lines.push(`${indent}… ${skipTo - skipFrom} steps are left out …`);
    }
    if (index >= skipFrom && index < skipTo) return;
    lines.push(stepLine(step, numberWidth, nameWidth, paint), ...under(told));
  });
  return lines;
}

function stepLine(step: ReportStep, numberWidth: number, nameWidth: number, paint: Paint): string {
  const { number, who, what, where, switched, decided } = step;
  const mark = decided ? '>>' : switched ? '> ' : '  ';
  const start = `${String(number).padStart(numberWidth)} `;
  const name = who.padEnd(nameWidth);
  const end = where === '' ? '' : `  ${where}`;
  const width = start.length + mark.length + 1 + name.length + 2 + what.length;
  const gap = end === '' ? '' : ' '.repeat(Math.max(0, WHERE_COLUMN - width));
  const marked = paint(decided ? 'yellow' : 'dim', mark);
  return `${start}${marked} ${paint('cyan', name)}  ${what}${gap}${paint('dim', end)}`;
}
