import { describe, expect, it } from 'vitest';
import { PageModel } from '../../../page/src/model/page-model.js';
import { SequenceView } from '../../../page/src/model/sequence-view.js';
import { barsBetween } from '../../../page/src/sequence/bars.js';
import { layOutColumns } from '../../../page/src/sequence/columns.js';
import { lineSpans } from '../../../page/src/sequence/line-spans.js';
import { rowShape } from '../../../page/src/sequence/row-shape.js';
import { ALL_SHOWN, shownLifelines } from '../../../page/src/sequence/shown-lifelines.js';
import { TracedHost } from '../traced-host.js';

function drawn() {
  const traced = new TracedHost();
  const pair = traced.connect();
  const model = new PageModel();
  const view = new SequenceView(model);
  model.take(traced.batch());
  const start = model.history.end;
  const take = () => {
    model.take(traced.batch());
    view.update();
  };
  const columns = () => layOutColumns(model.lifelines.all, 1000);
  const shapes = () => {
    const all = [];
    for (let seq = start; seq < model.history.end; seq++) {
      all.push(rowShape(model.history.at(seq)!, columns()));
    }
    return all;
  };
  const x = (key: string) => columns().byKey.get(key)!.x;
  return { traced, model, view, start, take, columns, shapes, x, ...pair };
}

describe('columns', () => {
  it('are in the order of the lifelines, with room for each, grouped by domain', () => {
    const { columns } = drawn();
    const { all, groups, width } = columns();
    expect(all.map(({ line }) => line.key)).toEqual(['d0', 'f1', 'd7', 'f2']);
    for (const [index, column] of all.entries()) {
      expect(column.x).toBeGreaterThan(column.left);
      expect(column.x).toBeLessThan(column.left + column.width);
      const before = all[index - 1];
      if (before !== undefined) {
        expect(column.left).toBeGreaterThanOrEqual(before.left + before.width);
      }
    }
    expect(groups.map(({ domid }) => domid)).toEqual([0, 7]);
    expect(groups[0]!.left + groups[0]!.width).toBeLessThan(groups[1]!.left);
    expect(width).toBeLessThanOrEqual(1000);
  });

  it('use the room there is, and more when it does not suffice', () => {
    const { model } = drawn();
    expect(layOutColumns(model.lifelines.all, 600).width).toBeCloseTo(600, 0);
    expect(layOutColumns(model.lifelines.all, 50).width).toBeGreaterThan(200);
    expect(layOutColumns([], 600)).toMatchObject({ all: [], groups: [] });
  });
});

describe('the row of a moment', () => {
  it('has an arrow from the file that sent to the file that got it', () => {
    const { front, peer, port, take, shapes, x } = drawn();
    front.notify(peer);
    take();
    expect(shapes()).toEqual([
      {
        arrow: { from: x('f2'), to: x('f1'), kind: 'send' },
        marks: [{ shape: 'queued', x: x('f1') }],
        ports: `${peer} → ${port}`,
        label: undefined,
      },
    ]);
  });

  it('stops at the domain when the event waits in Xen, and says what merged', () => {
    const { front, peer, take, shapes, x } = drawn();
    front.notify(peer);
    front.notify(peer);
    front.notify(peer);
    take();
    const [, masked, merged] = shapes();
    expect(masked).toMatchObject({
      arrow: { to: x('d0'), kind: 'send' },
      marks: [{ shape: 'masked', x: x('d0') }],
      label: { text: 'pending, masked', left: true },
    });
    expect(merged).toMatchObject({
      arrow: { to: x('d0'), kind: 'merge' },
      marks: [{ shape: 'merged', x: x('d0') }],
      label: { text: 'merged' },
    });
  });

  it('has a mark and its name for what the reader does', () => {
    const { front, back, peer, port, take, shapes, x } = drawn();
    front.notify(peer);
    back.tryPending();
    back.unmask(port);
    take();
    expect(shapes().slice(1)).toMatchObject([
      { arrow: undefined, marks: [{ shape: 'read', x: x('f1') }], label: { text: `read ${port}` } },
      { arrow: undefined, marks: [{ shape: 'unmasked' }], label: { text: `unmasked ${port}` } },
    ]);
  });

  it('marks both ends of a channel that is closed', () => {
    const { front, peer, port, take, shapes, x } = drawn();
    front.unbind(peer);
    take();
    expect(shapes()).toContainEqual({
      arrow: { from: x('f2'), to: x('f1'), kind: 'close' },
      marks: [
        { shape: 'channel-close', x: x('f2') },
        { shape: 'channel-close', x: x('f1') },
      ],
      ports: `${peer} ⊣ ${port}`,
      label: { text: `closed ${peer}`, x: expect.any(Number), left: false },
    });
  });

  it('is empty where its lifelines are not shown', () => {
    const { front, peer, take, model } = drawn();
    front.notify(peer);
    take();
    const shape = rowShape(model.history.last!, layOutColumns([], 100));
    expect(shape).toEqual({ arrow: undefined, marks: [], ports: undefined, label: undefined });
  });
});

describe('bars', () => {
  it('go from the ring to the unmask, and on while it does not come', () => {
    const { front, back, peer, port, take, view, model, columns, start } = drawn();
    front.notify(peer);
    back.tryPending();
    take();
    const { rows } = view;
    const first = rows.indexOf(start);
    const bars = () => {
      const all = barsBetween(rows, rows.first, rows.end, columns(), model.inService);
      return new Map(all.map((bar) => [bar.from, bar.to]));
    };
    expect(bars().get(first)).toBe(rows.end - 1);
    back.unmask(port);
    front.notify(peer);
    take();
    expect(bars().get(first)).toBe(first + 2);
    expect(bars().get(first + 3)).toBe(first + 3);
  });
});

describe('the bar of a stuck event', () => {
  it('is drawn however long ago it was read, and with nothing of it in view', () => {
    const { front, back, peer, port, take, view, model, columns, start } = drawn();
    front.notify(peer);
    back.tryPending();
    take();
    for (let i = 0; i < 100; i++) front.notify(peer);
    take();
    const { rows } = view;
    const bars = barsBetween(rows, rows.end - 5, rows.end, columns(), model.inService);
    expect(bars).toHaveLength(1);
    expect(bars[0]).toMatchObject({ from: rows.indexOf(start), to: rows.end - 1 });
    back.unmask(port);
    take();
    expect([...model.inService].map(({ path }) => path.state)).toEqual(['queued']);
  });
});

describe('lifelines that are drawn', () => {
  it('begin and end where their file does', () => {
    const { traced, take, view, columns, model } = drawn();
    const handle = traced.back.openEvtchn({ comm: 'short' });
    handle.close();
    take();
    const { rows } = view;
    const spans = lineSpans(rows, rows.first, rows.end, columns(), 20, 1000);
    const { begin, end } = model.lifelines.get('f3')!;
    expect(spans.find(({ key }) => key === 'f3')).toMatchObject({
      y1: (rows.indexOf(begin!) - rows.first + 0.5) * 20,
      y2: (rows.indexOf(end!) - rows.first + 0.5) * 20,
    });
    expect(spans.find(({ key }) => key === 'd0')).toMatchObject({ y2: 1000 });
  });

  it('are all while they are few, and those with moments in view when they are many', () => {
    const { traced, take, view, model, front, peer } = drawn();
    const { rows } = view;
    take();
    const shown = (filtered = false) =>
      shownLifelines(model.lifelines, rows, rows.end - 1, rows.end, filtered).map(({ key }) => key);
    expect(shown()).toEqual(['d0', 'f1', 'd7', 'f2']);
    for (let i = 0; i < ALL_SHOWN; i++) traced.back.openEvtchn({ comm: `idle${i}` });
    for (let i = 0; i < 100; i++) front.notify(peer);
    take();
    expect(model.lifelines.all.length).toBeGreaterThan(ALL_SHOWN);
    expect(shown()).toEqual(['d0', 'f2']);
  });

  it('are those with moments when there is a filter', () => {
    const { take, view, model, front, peer } = drawn();
    view.setFilter('kind:merged');
    for (let i = 0; i < 3; i++) front.notify(peer);
    take();
    const { rows } = view;
    const shown = shownLifelines(model.lifelines, rows, rows.first, rows.end, true);
    expect(shown.map(({ key }) => key)).toEqual(['d0', 'f2']);
  });
});
