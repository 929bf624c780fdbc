import { describe, expect, it } from 'vitest';
import { PageModel } from '../../../page/src/model/page-model.js';
import { SequenceView } from '../../../page/src/model/sequence-view.js';
import { TracedHost } from '../traced-host.js';

function seen(capacity = 1000) {
  const traced = new TracedHost();
  const pair = traced.connect();
  const model = new PageModel(capacity);
  const view = new SequenceView(model);
  const event = () => {
    pair.front.notify(pair.peer);
    traced.clock.advance(1);
    pair.back.tryPending();
    pair.back.unmask(pair.port);
    model.take(traced.batch());
  };
  traced.batch();
  return { traced, model, view, event, ...pair };
}

/** Kinds of the rows that a view has. */
function kinds(view: SequenceView): string[] {
  view.update();
  const all: string[] = [];
  for (let i = view.rows.first; i < view.rows.end; i++) {
    const row = view.rows.at(i)!;
    all.push(row.kind === 'gap' ? `gap ${row.idle}` : row.moment.kind);
  }
  return all;
}

const EVENT = ['pending', 'read', 'enabled'];

describe('rows', () => {
  it('are moments, and gaps where nothing happened for a while', () => {
    const { view, event, traced } = seen();
    event();
    traced.clock.advance(400);
    event();
    expect(kinds(view)).toEqual([...EVENT, 'gap 400', ...EVENT]);
  });

  it('keep their numbers while old ones go', () => {
    const { view, event } = seen(10);
    for (let i = 0; i < 5; i++) {
      event();
      view.update();
    }
    expect(view.rows.first).toBe(5);
    expect(view.rows.end).toBe(15);
    expect(view.rows.indexOf(7)).toBe(7);
    expect(view.rows.at(4)).toBeUndefined();
  });

  it('are those that the filter lets through, of the past too', () => {
    const { view, event } = seen();
    event();
    event();
    expect(kinds(view)).toHaveLength(6);
    view.setFilter('kind:read');
    expect(kinds(view)).toEqual(['read', 'read']);
    event();
    expect(kinds(view)).toEqual(['read', 'read', 'read']);
    view.setFilter('');
    expect(kinds(view)).toHaveLength(9);
  });

  it('stay as they are when a filter cannot be read, which is told', () => {
    const { view, event } = seen();
    event();
    view.setFilter('kind:read');
    view.setFilter('kind:rea');
    expect(view.filterProblem).toMatch(/^no kind rea/);
    expect(view.filterText).toBe('kind:rea');
    expect(kinds(view)).toEqual(['read']);
    view.setFilter('kind:enabled');
    expect(view.filterProblem).toBeUndefined();
  });
});

describe('pause', () => {
  it('has the view stand, and tells how far it is behind', () => {
    const { view, event } = seen();
    event();
    view.pause();
    event();
    event();
    expect(kinds(view)).toEqual(EVENT);
    expect(view.behind).toBe(6);
    view.resume();
    expect(kinds(view)).toHaveLength(9);
    expect(view.behind).toBe(0);
    expect(view.following).toBe(true);
  });

  it('keeps what is shown however much comes, and counts what is not kept', () => {
    const { view, event, model } = seen(12);
    event();
    view.pause();
    for (let i = 0; i < 20; i++) event();
    expect(kinds(view)).toEqual(EVENT);
    expect(view.behind).toBe(60);
    expect(model.history.end).toBe(24);
    view.resume();
    expect(kinds(view).at(-1)).toBe('missing');
    expect(kinds(view)).toHaveLength(12);
  });
});

describe('steps', () => {
  it('go back and forward one shown moment each, and pause', () => {
    const { view, event } = seen();
    event();
    event();
    expect(view.step(-1)!.kind).toBe('read');
    expect(view.paused).toBe(true);
    expect(view.step(-1)!.kind).toBe('pending');
    expect(kinds(view)).toEqual([...EVENT, 'pending']);
    event();
    expect(view.step(1)!.kind).toBe('read');
    expect(view.step(1)!.kind).toBe('enabled');
    expect(view.step(1)!.kind).toBe('pending');
    expect(view.behind).toBe(2);
  });

  it('pass over what the filter does not let through, and gaps', () => {
    const { view, event, traced } = seen();
    event();
    traced.clock.advance(1000);
    event();
    view.setFilter('kind:read');
    expect(kinds(view)).toEqual(['read', 'gap 1001', 'read']);
    expect(view.step(-1)!.seq).toBe(1);
    expect(kinds(view)).toEqual(['read']);
    expect(view.step(-1)).toBeUndefined();
    expect(kinds(view)).toEqual(['read']);
    expect(view.step(1)!.seq).toBe(4);
    expect(view.step(1)).toBeUndefined();
    expect(kinds(view)).toEqual(['read', 'gap 1001', 'read']);
  });

  it('are none where there is nothing', () => {
    const { view } = seen();
    expect(view.step(-1)).toBeUndefined();
    expect(view.step(1)).toBeUndefined();
  });
});

it('zooms within bounds', () => {
  const { view } = seen();
  const heights = new Set([view.rowHeight]);
  while (view.canZoom(1)) {
    view.zoom(1);
    heights.add(view.rowHeight);
  }
  const largest = view.rowHeight;
  view.zoom(1);
  expect(view.rowHeight).toBe(largest);
  while (view.canZoom(-1)) {
    view.zoom(-1);
    heights.add(view.rowHeight);
  }
  expect(heights.size).toBe(6);
  expect(view.rowHeight).toBe(Math.min(...heights));
});
