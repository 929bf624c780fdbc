import type { JSX } from 'preact';
import type { Lifelines } from '../model/lifelines.js';
import type { Moment } from '../model/moment.js';
import { gapText, momentText } from '../model/moment-text.js';
import type { Row, Rows } from '../model/rows.js';
import { duration, seconds } from '../model/time-text.js';
import type { Bar } from './bars.js';
import type { Columns } from './columns.js';
import { lineSpans } from './line-spans.js';
import { type Clip, MomentRow } from './moment-row.js';

/** From which height of rows on there is room for text. */
const TEXT_FROM = 16;

/** What rows are drawn with. */
export interface DiagramRowsProps {
  readonly rows: Rows;
  /** The first row to draw, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly rowHeight: number;
  /** Pixels that lifelines go down at least. */
  readonly least: number;
  readonly columns: Columns;
  readonly bars: readonly Bar[];
  readonly lifelines: Lifelines;
  /** What is in view from left to right, without the times. */
  readonly clip: Clip;
  readonly selected: Moment | undefined;
  readonly choose: (moment: Moment) => void;
}

/** The part of the diagram that is in view: times, lifelines, and a row for each moment. */
export function DiagramRows(props: DiagramRowsProps): JSX.Element {
  const { rows, from, to, rowHeight, least, columns, bars, lifelines, clip } = props;
  const { selected, choose } = props;
  const offset = (from - rows.first) * rowHeight;
  const height = Math.max((to - from) * rowHeight, least);
  const drawn: { readonly row: Row; readonly y: number }[] = [];
  for (let i = from; i < to; i++) {
    drawn.push({ row: rows.at(i)!, y: (i - from + 0.5) * rowHeight });
  }
  const text = rowHeight >= TEXT_FROM;
  const place = { top: `${offset}px` };
  const trail = selected?.trail;
  const at = drawn.find(({ row }) => row.kind === 'moment' && row.moment === selected)?.y;
  return (
    <>
      <div class="times">
        <svg style={place} height={height} aria-hidden="true" data-text={text || undefined}>
          {drawn.map(({ row, y }, index) => (
            <Time
              key={from + index}
              row={row}
              y={y}
              selected={selected}
              every={text ? 1 : 4}
              index={from + index}
            />
          ))}
        </svg>
      </div>
      <svg
        class={`rows${trail === undefined ? '' : ' picked'}`}
        style={place}
        width={Math.max(columns.width, clip.width)}
        height={height}
        role="presentation"
      >
        {at !== undefined && (
          <rect class="band" width="100%" y={at - rowHeight / 2} height={rowHeight} />
        )}
        {lineSpans(rows, from, to, columns, rowHeight, height).map(({ key, x, y1, y2 }) => (
          <line key={key} class="lifeline" x1={x} x2={x} y1={y1} y2={y2} />
        ))}
        {bars.map((bar) => (
          <rect
            key={bar.trail.path.id}
            class={`bar${bar.trail === trail ? ' on' : ''}`}
            x={bar.x - 4}
            width={8}
            y={Math.max(-8, (bar.from - from + 0.5) * rowHeight)}
            height={barHeight(bar, from, to, rowHeight)}
          />
        ))}
        {drawn.map(({ row, y }) =>
          row.kind === 'gap' ? (
            <g key={`gap-${row.seq}`} class="gap">
              <line x1={0} x2={columns.width} y1={y} y2={y} />
              {text && (
                <text x={clip.left + 12} y={y}>
                  {gapText(row.idle)}
                </text>
              )}
            </g>
          ) : (
            <MomentRow
              key={row.moment.seq}
              moment={row.moment}
              label={`${seconds(row.moment.time)} s, ${momentText(row.moment, lifelines)}`}
              y={y}
              rowHeight={rowHeight}
              text={text}
              columns={columns}
              clip={clip}
              selected={row.moment === selected}
              on={trail !== undefined && row.moment.trail === trail}
              choose={choose}
            />
          ),
        )}
      </svg>
    </>
  );
}

function Time(props: {
  readonly row: Row;
  readonly y: number;
  readonly selected: Moment | undefined;
  readonly every: number;
  readonly index: number;
}): JSX.Element | null {
  const { row, y, selected, every, index } = props;
  if (row.kind === 'gap') {
    return (
      <text class="idle" x={84} y={y}>
        {duration(row.idle)}
      </text>
    );
  }
  if (row.moment !== selected && index % every !== 0) return null;
  const time = seconds(row.moment.time);
  return (
    <text class={row.moment === selected ? 'on' : ''} x={84} y={y}>
      {time.slice(0, -3)}
      <tspan class="micro">{time.slice(-3)}</tspan>
    </text>
  );
}

function barHeight(bar: Bar, from: number, to: number, rowHeight: number): number {
  const top = Math.max(bar.from, from - 1);
  const bottom = Math.min(bar.to, to);
  return Math.max(0, bottom - top) * rowHeight;
}
