/** Where in a program something was called, at the end of a line or in parentheses. */
const CALL_SITE = / {2,}[\w-]+\.[jt]s:\d+$| \([\w-]+\.[jt]s:\d+\)/g;
/** A line of the sequence that says who did what; what the host did for it is indented below. */
const STEP = /^ *\d+ /;
const SEQUENCE = 'How it came about:';

/**
 * The report of a failure, as short as a page has room for: what failed, where the events went, and who did what; without what
 * the host did at each step, and without lines of the source.
 */
export function shortReport(report: string): string {
  const lines = report.replaceAll('\r', '').split('\n');
  const from = lines.indexOf(SEQUENCE);
  if (from < 0) throw new Error('the report of a failure has no sequence');
  const account = lines.slice(0, from);
  const steps = lines.slice(from).filter((line) => STEP.test(line));
  return [...account, ...steps].map((line) => line.replace(CALL_SITE, '').trimEnd()).join('\n');
}
