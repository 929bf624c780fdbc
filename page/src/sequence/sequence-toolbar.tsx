import type { JSX, RefObject } from 'preact';
import { filterValue, withFilterValue } from '../model/filter.js';
import { KIND_NAMES } from '../model/moment-text.js';
import type { PageModel } from '../model/page-model.js';
import type { SequenceView } from '../model/sequence-view.js';
import { count, figure } from '../model/time-text.js';

/** Pause, steps, zoom, filter; and where the view is. */
export function SequenceToolbar(props: {
  readonly view: SequenceView;
  readonly model: PageModel;
  readonly step: (direction: 1 | -1) => void;
  readonly filterBox: RefObject<HTMLInputElement | null>;
}): JSX.Element {
  const { view, model, step, filterBox } = props;
  const { filterText, filterProblem, paused } = view;
  const domids = [...new Set(model.lifelines.all.map((line) => line.domid))];
  const filter = (text: string) => view.setFilter(text);
  return (
    <div class="toolbar" role="toolbar" aria-label="Diagram">
      <div class="buttons">
        <button
          type="button"
          class="pause"
          aria-keyshortcuts="Space"
          onClick={() => (paused ? view.resume() : view.pause())}
        >
          <span aria-hidden="true">{paused ? '▶' : '❚❚'}</span> {paused ? 'Go on' : 'Pause'}
        </button>
        <button type="button" aria-keyshortcuts="[" title="Step back ([)" onClick={() => step(-1)}>
          <span aria-hidden="true">◂</span>
          <span class="sr-only">Step back</span>
        </button>
        <button
          type="button"
          aria-keyshortcuts="]"
          title="Step forward (])"
          onClick={() => step(1)}
        >
          <span aria-hidden="true">▸</span>
          <span class="sr-only">Step forward</span>
        </button>
        <button
          type="button"
          title="Smaller (-)"
          disabled={!view.canZoom(-1)}
          onClick={() => view.zoom(-1)}
        >
          <span aria-hidden="true">−</span>
          <span class="sr-only">Smaller</span>
        </button>
        <button
          type="button"
          title="Larger (+)"
          disabled={!view.canZoom(1)}
          onClick={() => view.zoom(1)}
        >
          <span aria-hidden="true">+</span>
          <span class="sr-only">Larger</span>
        </button>
      </div>
      <div class="filters">
        <label>
          <span class="sr-only">Filter</span>
          <input
            type="search"
            ref={filterBox}
            value={filterText}
            placeholder="Filter: port:14 process:qemu merged"
            aria-keyshortcuts="f"
            aria-invalid={filterProblem !== undefined}
            aria-describedby={filterProblem === undefined ? undefined : 'filter-problem'}
            onInput={(event) => filter(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              filter('');
              event.currentTarget.blur();
            }}
          />
        </label>
        <Choice
          label="Domain"
          all="All domains"
          value={filterValue(filterText, 'domain')}
          values={domids.map((domid) => [String(domid), `Domain ${domid}`])}
          choose={(value) => filter(withFilterValue(filterText, 'domain', value))}
        />
        <Choice
          label="Kind"
          all="All kinds"
          value={filterValue(filterText, 'kind')}
          values={Object.entries(KIND_NAMES).filter(([kind]) => kind !== 'missing')}
          choose={(value) => filter(withFilterValue(filterText, 'kind', value))}
        />
      </div>
      {filterProblem === undefined ? (
        <p class="where" role="status">
          {whereText(view)}
        </p>
      ) : (
        <p class="where problem" role="alert" id="filter-problem">
          {filterProblem}
        </p>
      )}
    </div>
  );
}

function Choice(props: {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly values: readonly (readonly [string, string])[];
  readonly choose: (value: string) => void;
}): JSX.Element {
  const { label, all, value, values, choose } = props;
  const known = value === '' || values.some(([each]) => each === value);
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value="">{all}</option>
      {!known && <option value={value}>{value}</option>}
      {values.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}

function whereText(view: SequenceView): string {
  const { behind, paused, following } = view;
  const { history } = view.model;
  if (!paused) return following ? 'Following' : 'Scrolled back; more is coming below';
  const notKept = history.skipped === 0 ? '' : `, ${figure(history.skipped)} of them not kept`;
  return behind === 0
    ? 'Paused, at the newest'
    : `Paused, ${count(behind, 'moment')} behind${notKept}`;
}
