import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Moment } from '../model/moment.js';
import type { PageModel } from '../model/page-model.js';
import type { SequenceView } from '../model/sequence-view.js';
import type { Selection } from '../view.js';
import { barsBetween } from './bars.js';
import { layOutColumns } from './columns.js';
import { DiagramHead } from './diagram-head.js';
import { DiagramRows } from './diagram-rows.js';
import { keyedMoment } from './keyed-moment.js';
import type { ScrollKeeper } from './scroll-keeper.js';
import { shownLifelines } from './shown-lifelines.js';

/** Rows that are drawn beyond what is in view, so that scrolling shows no holes. */
const BEYOND = 8;

/** Pixels of the head, and of the times at the left; as in diagram.css. */
const HEAD = 72;
const GUTTER = 92;

/** What is in view of the diagram's scrolled area. */
interface Viewport {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** The diagram itself: only what is in view is drawn, however long the history is. */
export function Diagram(props: {
  readonly view: SequenceView;
  readonly keeper: ScrollKeeper;
  readonly model: PageModel;
  readonly selected: Moment | undefined;
  readonly choose: (moment: Moment | undefined) => void;
  readonly select: (selection: Selection | undefined) => void;
}): JSX.Element {
  const { view, keeper, model, selected, choose, select } = props;
  const { rows, rowHeight } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const [port, setPort] = useState<Viewport>({ top: keeper.last, left: 0, width: 0, height: 0 });

  const room = Math.max(0, port.height - HEAD);
  const height = rows.length * rowHeight;
  const top = keeper.top(port.top, height, room);
  const from = rows.first + Math.max(0, Math.floor(top / rowHeight) - BEYOND);
  const inView = Math.ceil(room / rowHeight) + 1;
  const to = Math.min(rows.end, from + inView + 2 * BEYOND);
  const lines = shownLifelines(model.lifelines, rows, from, to, view.filtered);
  const columns = layOutColumns(lines, port.width - GUTTER);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = () => {
      const { scrollTop, scrollLeft, clientWidth, clientHeight } = element;
      keeper.scrolled(scrollTop, element.scrollHeight - clientHeight);
      setPort((before) =>
        before.top === scrollTop &&
        before.left === scrollLeft &&
        before.width === clientWidth &&
        before.height === clientHeight
          ? before
          : { top: scrollTop, left: scrollLeft, width: clientWidth, height: clientHeight },
      );
    };
    element.scrollTop = keeper.last;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [keeper]);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const wanted = keeper.settle(top, selected, room);
    if (Math.abs(element.scrollTop - wanted) >= 1) element.scrollTop = wanted;
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && selected !== undefined) {
      document.querySelector<HTMLElement>('.details')?.focus();
      return;
    }
    const page = Math.max(1, Math.floor(room / rowHeight) - 1);
    const next = keyedMoment(event.key, rows, selected, page);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(next);
  };

  return (
    <div class="diagram" ref={scroller}>
      <DiagramHead columns={columns} select={select} />
      <div
        class="diagram-body"
        role="listbox"
        tabIndex={0}
        aria-label="Moments, oldest first"
        aria-activedescendant={selected === undefined ? undefined : `moment-${selected.seq}`}
        onKeyDown={onKeyDown}
        style={{ height: `${Math.max(height, room)}px`, width: `${GUTTER + columns.width}px` }}
      >
        {rows.length === 0 && (
          <p class="nothing">
            {view.filtered ? 'Nothing that the filter lets through.' : 'No event yet.'}
          </p>
        )}
        <DiagramRows
          rows={rows}
          from={from}
          to={to}
          rowHeight={rowHeight}
          least={room + 2 * BEYOND * rowHeight}
          columns={columns}
          bars={barsBetween(rows, from, to, columns, model.inService)}
          lifelines={model.lifelines}
          clip={{ left: port.left, width: port.width - GUTTER }}
          selected={selected}
          choose={choose}
        />
      </div>
    </div>
  );
}
