import { expect, it } from 'vitest';
import { PageModel } from '../../../page/src/model/page-model.js';
import { SequenceView } from '../../../page/src/model/sequence-view.js';
import { ScrollKeeper } from '../../../page/src/sequence/scroll-keeper.js';
import { TracedHost } from '../traced-host.js';

const ROOM = 240;

/** A diagram without a browser: what it would draw, and where it would be scrolled to. */
function diagram() {
  const traced = new TracedHost();
  const { front, back, port, peer } = traced.connect();
  const model = new PageModel(60);
  const view = new SequenceView(model);
  const keeper = new ScrollKeeper(view);
  traced.batch();
  let scrolled = 0;
  return {
    model,
    view,
    /** So many events, of three moments each. */
    events(count: number) {
      for (let i = 0; i < count; i++) {
        front.notify(peer);
        back.tryPending();
        back.unmask(port);
      }
      model.take(traced.batch());
    },
    /** @returns the moment at the top */
    draw(selected = model.history.at(-1)) {
      view.update();
      const { rows, rowHeight } = view;
      const top = keeper.top(scrolled, rows.length * rowHeight, ROOM);
      scrolled = keeper.settle(top, selected, ROOM);
      return rows.first + scrolled / rowHeight;
    },
    /** As a user does. */
    scroll(row: number) {
      const { rows, rowHeight } = view;
      scrolled = (row - rows.first) * rowHeight;
      keeper.scrolled(scrolled, rows.length * rowHeight - ROOM);
    },
  };
}

it('follows the newest row', () => {
  const { view, events, draw } = diagram();
  events(10);
  expect(draw()).toBe(30 - ROOM / view.rowHeight);
  events(10);
  expect(draw()).toBe(60 - ROOM / view.rowHeight);
});

it('stays where the user scrolled to while rows come and old ones go', () => {
  const { view, events, draw, scroll } = diagram();
  events(20);
  draw();
  scroll(35);
  expect(view.following).toBe(false);
  events(5);
  expect(draw()).toBe(35);
  expect(view.rows.first).toBe(15);
  events(20);
  // What was there is gone: the oldest that is left is.
  expect(draw()).toBe(75);
});

it('follows again when the user scrolls to the end', () => {
  const { view, events, draw, scroll } = diagram();
  events(20);
  draw();
  scroll(20);
  scroll(60 - ROOM / view.rowHeight);
  expect(view.following).toBe(true);
});

it('keeps the row at the top when rows become larger, and finds it under another filter', () => {
  const { view, events, draw, scroll } = diagram();
  events(20);
  draw();
  scroll(12);
  view.zoom(1);
  expect(draw()).toBe(12);
  view.setFilter('kind:read');
  const top = draw();
  // Moment 12 is a send; the read after it is moment 13, the fifth of them.
  const row = view.rows.at(top)!;
  expect(row.kind === 'moment' && row.moment.seq).toBe(13);
});

it('brings a moment that is selected into view, as little as needed', () => {
  const { model, view, events, draw } = diagram();
  events(20);
  draw();
  view.pause();
  const inView = ROOM / view.rowHeight;
  expect(draw(model.history.at(55))).toBe(60 - inView);
  expect(draw(model.history.at(10))).toBe(10);
  expect(draw(model.history.at(10 + inView))).toBe(11);
});
