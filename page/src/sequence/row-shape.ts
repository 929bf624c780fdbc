import { lifelineKey } from '../model/lifelines.js';
import type { Moment, MomentKind } from '../model/moment.js';
import { causeText, KIND_NAMES } from '../model/moment-text.js';
import { count } from '../model/time-text.js';
import type { Columns } from './columns.js';

/** Shapes of marks: a kind each, and those of a port that is masked. */
export type MarkShape = MomentKind | 'masked';

/** A mark on a lifeline. */
export interface Mark {
  readonly shape: MarkShape;
  readonly x: number;
}

/** A line from one lifeline to another. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** A send, one that merged, a channel that was connected or closed, an interrupt that comes from outside. */
  readonly kind: 'send' | 'merge' | 'bind' | 'close' | 'interrupt';
}

/** What is drawn for a moment, all on the height of its row. */
export interface RowShape {
  readonly arrow: Arrow | undefined;
  readonly marks: readonly Mark[];
  /** Ports, written on the arrow. */
  readonly ports: string | undefined;
  /** What happened, written beside the last mark; left of it where an arrow comes from the right. */
  readonly label: { readonly text: string; readonly x: number; readonly left: boolean } | undefined;
}

/** How far away the arrow of an interrupt begins, which comes from no lifeline. */
const INTERRUPT = 34;
/** Half the size of a mark, and what is left free between it and its label. */
const MARK = 11;

const ARROWS: Partial<Record<MomentKind, Arrow['kind']>> = {
  pending: 'send',
  merged: 'merge',
  bind: 'bind',
  'channel-close': 'close',
};

/** What to draw for a moment where lifelines are in these columns; nothing for lifelines that are not there. */
export function rowShape(moment: Moment, columns: Columns): RowShape {
  const { domid, file, kind, peer } = moment;
  const at = place(columns, domid, file) ?? place(columns, domid, undefined);
  if (at === undefined) {
    return { arrow: undefined, marks: [], ports: undefined, label: undefined };
  }
  const other =
    peer && (place(columns, peer.domid, peer.file) ?? place(columns, peer.domid, undefined));
  const arrow = arrowOf(moment, at, other);
  const marks = [markOf(moment, at)];
  if (kind === 'channel-close' && other !== undefined) marks.push({ shape: kind, x: other });
  const left = arrow !== undefined && (arrow.from === at ? arrow.to : arrow.from) > at;
  const text = labelText(moment);
  const label = text === undefined ? undefined : { text, x: at + (left ? -MARK : MARK), left };
  return { arrow, marks, ports: portsText(moment), label };
}

/** Of two steps of one call the second is drawn. */
function markOf({ kind, steps }: Moment, x: number): Mark {
  const last = steps[steps.length - 1];
  if (last === undefined) return { shape: kind, x };
  return { shape: last.masked === true ? 'masked' : last.kind, x };
}

function arrowOf(moment: Moment, at: number, other: number | undefined): Arrow | undefined {
  const kind = ARROWS[moment.kind];
  if (kind === undefined) return undefined;
  if (other === undefined) {
    return causeText(moment) === undefined
      ? undefined
      : { from: at - INTERRUPT, to: at, kind: 'interrupt' };
  }
  if (kind === 'bind' || kind === 'close') return { from: at, to: other, kind };
  return { from: other, to: at, kind };
}

function portsText(moment: Moment): string | undefined {
  const { kind, peer, port } = moment;
  switch (kind) {
    case 'pending':
    case 'merged': {
      return peer && `${peer.port} → ${port}`;
    }
    case 'bind':
      return peer && `${port} ↔ ${peer.port}`;
    case 'channel-close':
      return peer && `${port} ⊣ ${peer.port}`;
    default:
      return undefined;
  }
}

/** What stands beside the mark; nothing where an arrow's ports and the mark tell it all. */
function labelText(moment: Moment): string | undefined {
  const { kind, port, count: amount = 0, steps } = moment;
  switch (kind) {
    case 'pending':
    case 'merged':
      return [interruptText(moment), arrivedText(moment)].filter(Boolean).join(', ') || undefined;
    case 'enabled':
      return `${KIND_NAMES[steps[1]?.kind ?? kind]} ${port}`;
    case 'channel-close':
      return amount > 1 ? `${count(amount, 'port')} closed` : `closed ${port}`;
    case 'bind':
      return moment.number === undefined ? `bound ${port}` : `bound ${port}, VIRQ ${moment.number}`;
    case 'virq-lost':
      return `VIRQ ${moment.number} lost`;
    case 'ring-reset':
      return amount > 0 ? `reset, ${amount} dropped` : 'reset';
    case 'missing':
      return `${count(amount, 'record')} missing`;
    default:
      return port === undefined ? KIND_NAMES[kind] : `${KIND_NAMES[kind]} ${port}`;
  }
}

/** What an event is that no arrow from another lifeline shows: `VIRQ 1 → 14`. */
function interruptText(moment: Moment): string | undefined {
  if (moment.peer !== undefined) return undefined;
  const cause = causeText(moment);
  return cause === undefined ? `→ ${moment.port}` : `${cause} → ${moment.port}`;
}

/** Where a new event is, unless it is in the ring, as nearly all are. */
function arrivedText({ kind, steps }: Moment): string | undefined {
  if (kind === 'merged') return 'merged';
  if (steps[1]?.kind === 'overflow') return 'overflow';
  if (steps[1] !== undefined) return undefined;
  return steps[0]!.masked === true ? 'pending, masked' : 'pending';
}

function place(columns: Columns, domid: number, file: number | undefined): number | undefined {
  return columns.byKey.get(lifelineKey(domid, file))?.x;
}
