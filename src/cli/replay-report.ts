import type { ReplayedTrace } from '../replay/replayed-trace.js';
import { explain } from '../snapshot/explain.js';
import type { HostSnapshot } from '../snapshot/host-snapshot.js';
import { stuckPorts } from '../snapshot/stuck-ports.js';
import { explanationText } from '../terminal/explanation-text.js';
import type { TerminalOutput } from './terminal-output.js';

/** Milliseconds after the last call in which nothing more is done: what is in the way for so long is stuck. */
export const LATER = 2000;
/** Stuck ports that are explained; of more only the number is said. */
const EXPLAINED = 10;

/** What is said of a replay: what was done, what differs, and what is stuck {@link LATER}, to which its clock is moved. */
export function replayLines(replayed: ReplayedTrace, terminal: TerminalOutput): string[] {
  const differences = differenceLines(replayed);
  return [
    summaryLine(replayed),
    ...(differences.length === 0 ? [] : ['', ...differences]),
    '',
    ...stuckLines(replayed, terminal),
  ];
}

/** The differences alone: no line if there is none. */
export function differenceLines(replayed: ReplayedTrace): string[] {
  const { differences, differenceCount, stopped } = replayed;
  const lines: string[] = [];
  for (const { record, text } of differences) {
    if (lines.length > 0) lines.push('');
    lines.push(`Record ${record} differs (- as recorded, + as replayed):`, text);
  }
  const more = differenceCount - differences.length;
  if (more > 0) lines.push('', `${counted(more, 'more difference')} behind these.`);
  if (stopped !== undefined) lines.push('', `It ends there: ${stopped}.`);
  return lines;
}

function summaryLine(replayed: ReplayedTrace): string {
  const { records, calls, passedOver, unfinished, differenceCount } = replayed;
  const did = `${counted(records, 'record')}, ${counted(calls, 'call')} made again`;
  const notes = [
    ...(passedOver > 0 ? [`${passedOver} SCHEDOP_poll passed over`] : []),
    ...(unfinished > 0
      ? [`${counted(unfinished, 'record')} left of a call that the trace does not have the end of`]
      : []),
  ];
  const verdict =
    differenceCount === 0
      ? 'all came out as recorded'
      : `${counted(differenceCount, 'difference')}`;
  return `${[did, ...notes].join(', ')}: ${verdict}.`;
}

function stuckLines(replayed: ReplayedTrace, terminal: TerminalOutput): string[] {
  replayed.clock.advance(LATER);
  const snapshot = replayed.snapshot();
  const stuck = stuckPorts(snapshot);
  if (stuck.length === 0) return [nothingStuck(replayed, snapshot)];
  const lines = [`${LATER / 1000} s later, with nothing more done:`];
  for (const { domid, port } of stuck.slice(0, EXPLAINED)) {
    lines.push('', ...explained(snapshot, domid, port, terminal));
  }
  const more = stuck.length - EXPLAINED;
  if (more > 0) lines.push('', `${counted(more, 'more port')} stuck.`);
  return lines;
}

/** What to do about it is left out: the programs it would be done to have long ended. */
function explained(
  snapshot: HostSnapshot,
  domid: number,
  port: number,
  { width, paint }: TerminalOutput,
): string[] {
  const domain = snapshot.domains.find((each) => each.domid === domid);
  const explanation = explain(snapshot, domid, port);
  return explanationText({ ...explanation, advice: [], domain, processes: [] }, width, paint);
}

function nothingStuck({ firstRelease }: ReplayedTrace, { domains }: HostSnapshot): string {
  const open = domains.some(({ files }) => files.length > 0);
  if (open || firstRelease === undefined || firstRelease === 1) return 'No port is stuck.';
  return `No port is stuck: every file is closed. Before the first was: --until ${firstRelease - 1}`;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
