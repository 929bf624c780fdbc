import type { ChannelSnapshot, DomainSnapshot } from '../snapshot/host-snapshot.js';
import { fileName } from '../snapshot/reasons/port-view.js';
import { peerText } from './channel-row.js';
import type { Paint } from './style.js';
import { printable } from './text-width.js';
import { READABLE_WIDTH, wrap } from './wrap.js';

/** Why a port is as it is. */
export interface ExplainedPort {
  readonly domid: number;
  readonly port: number;
  /** The domain, unless it is gone. */
  readonly domain: DomainSnapshot | undefined;
  readonly stuck: boolean;
  readonly sentences: readonly string[];
  readonly rule: string;
  readonly advice: readonly string[];
  /** What the processes at both ends do. */
  readonly processes: readonly string[];
}

/**
 * An explanation in lines.
 * @param width - columns of the terminal; undefined: a paragraph is a line
 */
export function explanationText(
  explained: ExplainedPort,
  width: number | undefined,
  paint: Paint,
): string[] {
  const { stuck, sentences, rule, advice, processes } = explained;
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.min(width, READABLE_WIDTH);
  // What it tells of has names that anybody may choose.
  const paragraph = (text: string): string[] => wrap(printable(text), room);
  const item = (text: string): string[] => wrap(printable(`- ${text}`), room, 2);
  const [first = '', ...others] = sentences;
  return [
    ...paragraph(titleOf(explained)).map((line) => paint('bold', line)),
    ...paragraph(first).map((line) => (stuck ? paint('alarm', line) : line)),
    ...processes.flatMap(paragraph),
    ...(others.length === 0 ? [] : ['', ...paragraph(others.join(' '))]),
    '',
    ...paragraph(`The rule: ${rule}`).map((line) => paint('dim', line)),
    ...(advice.length === 0 ? [] : ['', 'What to do:']),
    ...advice.flatMap(item),
  ];
}

function titleOf({ domid, port, domain, stuck }: ExplainedPort): string {
  const channel = domain?.channels.find((each) => each.port === port);
  const what = channel === undefined || domain === undefined ? '' : channelText(channel, domain);
  return `Port ${port} of domain ${domid}${what}${stuck ? ': STUCK' : ''}`;
}

function channelText(channel: ChannelSnapshot, { files }: DomainSnapshot): string {
  const peer = channel.state === 'ipi' ? '' : ` ${peerText(channel)}`;
  const file = files.find((each) => each.file === channel.file);
  const holder = file === undefined ? '' : `, ${fileName(file)}`;
  return ` (${channel.state}${peer}${holder})`;
}
