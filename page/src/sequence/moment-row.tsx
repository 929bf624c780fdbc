import type { JSX } from 'preact';
import type { Moment } from '../model/moment.js';
import type { Columns } from './columns.js';
import { Mark } from './mark.js';
import { type Arrow, rowShape } from './row-shape.js';

/** Pixels that text takes for each character, about; for where it is put, not for its size. */
const CHARACTER = 6.4;

/** What is in view from left to right. */
export interface Clip {
  readonly left: number;
  readonly width: number;
}

/** One row: its arrow, marks and texts. */
export function MomentRow(props: {
  readonly moment: Moment;
  /** What screen readers say. */
  readonly label: string;
  readonly y: number;
  readonly rowHeight: number;
  /** There is room for text. */
  readonly text: boolean;
  readonly columns: Columns;
  readonly clip: Clip;
  readonly selected: boolean;
  /** It is of the event that is selected. */
  readonly on: boolean;
  readonly choose: (moment: Moment) => void;
}): JSX.Element {
  const { moment, y, rowHeight, text, columns, clip, selected, on, choose } = props;
  const { arrow, marks, ports, label } = rowShape(moment, columns);
  const written = text && arrow !== undefined ? portsInView(moment, arrow, ports, clip) : undefined;
  const scale = Math.min(1.15, Math.max(0.5, rowHeight / 20));
  const classes = `moment${selected ? ' selected' : ''}${on ? ' on' : ''}`;
  return (
    <g
      class={classes}
      role="option"
      id={`moment-${moment.seq}`}
      aria-selected={selected}
      aria-label={props.label}
      onClick={() => choose(moment)}
    >
      <rect class="hit" x={0} y={y - rowHeight / 2} width={columns.width} height={rowHeight} />
      {arrow !== undefined && <ArrowLine arrow={arrow} y={y} scale={scale} />}
      {marks.map(({ shape, x }) => (
        <Mark key={x} shape={shape} x={x} y={y} scale={scale} />
      ))}
      {written !== undefined && (
        <text class="ports" x={middle(arrow!, clip, written)} y={y - 3}>
          {written}
        </text>
      )}
      {text && label !== undefined && (
        <text class={`what${label.left ? ' left' : ''}`} x={label.x} y={y}>
          {label.text}
        </text>
      )}
    </g>
  );
}

function ArrowLine(props: {
  readonly arrow: Arrow;
  readonly y: number;
  readonly scale: number;
}): JSX.Element {
  const { arrow, y, scale } = props;
  const { from, to, kind } = arrow;
  if (from === to) {
    const loop = `M${from} ${y - 4}h18v8h-10`;
    return <path class={`arrow arrow-${kind}`} d={loop} />;
  }
  const way = Math.sign(to - from);
  const tip = to - way * 6;
  const head = 5 * scale;
  return (
    <g class={`arrow arrow-${kind}`}>
      <line x1={from} x2={tip} y1={y} y2={y} />
      {kind !== 'bind' && (
        <path
          class="head"
          d={`M${tip - way * head * 1.6} ${y - head}L${tip} ${y}L${tip - way * head * 1.6} ${y + head}`}
        />
      )}
      {kind !== 'interrupt' && <circle class="tail" cx={from} cy={y} r={2.2} />}
    </g>
  );
}

/** The ports of an arrow, with the domain of the other end where that is out of sight. */
function portsInView(
  { peer, kind }: Moment,
  { from, to }: Arrow,
  ports: string | undefined,
  { left, width }: Clip,
): string | undefined {
  if (ports === undefined || peer === undefined) return ports;
  const far = kind === 'pending' || kind === 'merged' ? from : to;
  if (far >= left && far <= left + width) return ports;
  return far === from ? `d${peer.domid}:${ports}` : `${ports} of d${peer.domid}`;
}

/** The middle of what can be seen of an arrow. */
function middle(arrow: Arrow, clip: Clip, text: string): number {
  const half = (text.length * CHARACTER) / 2;
  const left = Math.max(Math.min(arrow.from, arrow.to), clip.left + half);
  const right = Math.min(Math.max(arrow.from, arrow.to), clip.left + clip.width - half);
  return right > left ? (left + right) / 2 : (arrow.from + arrow.to) / 2;
}
