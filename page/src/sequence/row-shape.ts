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
  const own = place(columns, domid, undefined);
  const at = (file === undefined ? undefined : place(columns, domid, file)) ?? own;
  if (at === undefined || own === undefined) {
    return { arrow: undefined, marks: [], ports: undefined, label: undefined };
  }
  const other =
    peer && (place(columns, peer.domid, peer.file) ?? place(columns, peer.domid, undefined));
  const arrow = arrowOf(moment, at, other);
  const marks = marksOf(moment, own, at);
  if (kind === 'channel-close' && other !== undefined) marks.push({ shape: kind, x: other });
  const right = arrow !== undefined && arrow.from > arrow.to;
  const text = labelText(moment);
  const label =
    text === undefined ? undefined : { text, x: at + (right ? -MARK : MARK), left: right };
  return { arrow, marks, ports: portsText(moment), label };
}

/** The steps that follow in one call go from the domain, where an event is pending, to the file, where it is queued. */
function marksOf(moment: Moment, own: number, at: number): Mark[] {
  const { kind, steps } = moment;
  if (kind !== 'pending') return [{ shape: steps[steps.length - 1]?.kind ?? kind, x: at }];
  const [pending, then] = steps;
  const shape = pending!.masked === true ? 'masked' : 'pending';
  if (then === undefined) return [{ shape, x: own }];
  return own === at
    ? [{ shape: then.kind, x: at }]
    : [
        { shape, x: own },
        { shape: then.kind, x: at },
      ];
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
      const from = peer?.port ?? causeText(moment);
      return from === undefined ? `→ ${port}` : `${from} → ${port}`;
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
      if (steps[1]?.kind === 'overflow') return 'overflow';
      if (steps[1] !== undefined) return undefined;
      return steps[0]!.masked === true ? 'pending, masked' : 'pending';
    case 'merged':
      return 'merged';
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

function place(columns: Columns, domid: number, file: number | undefined): number | undefined {
  return columns.byKey.get(lifelineKey(domid, file))?.x;
}
