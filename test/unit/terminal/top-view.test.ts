import { describe, expect, it } from 'vitest';
import type { Key } from '../../../src/terminal/key.js';
import { painted, plain } from '../../../src/terminal/style.js';
import { textWidth } from '../../../src/terminal/text-width.js';
import { TopView, type TopViewOptions } from '../../../src/terminal/top-view.js';
import { CountedHost, connectedPair } from './watched-host.js';

const OPTIONS: TopViewOptions = {
  host: '/srv/xen',
  interval: 1,
  paint: plain,
  sort: 'events',
  filter: '',
};
const WIDE = 120;

/** A view of a host in which each of many channels got one event more than the one before. */
function busyView(channels: number, options: Partial<TopViewOptions> = {}) {
  const world = new CountedHost();
  const back = world.domain({ domid: 0 }).openEvtchn({ comm: 'back' });
  const front = world.domain({ domid: 7 }).openEvtchn({ comm: 'front' });
  const pairs = Array.from({ length: channels }, () => {
    const port = back.bindUnboundPort(7);
    return { port, peer: front.bindInterdomain(0, port) };
  });
  const view = new TopView({ ...OPTIONS, ...options });
  view.take(world.snapshot(), []);
  pairs.forEach(({ peer }, index) => {
    for (let event = 0; event < index; event++) front.notify(peer);
  });
  world.clock.advance(1000);
  view.take(world.snapshot(), []);
  return { world, view };
}

/** Types at a view. */
function type(view: TopView, ...keys: (string | Key)[]) {
  return keys.map((key) => view.press(typeof key === 'string' ? { sequence: key } : key)).at(-1);
}

/** Domain and port of the rows that are shown. */
const shown = (view: TopView, height: number): string[] =>
  view
    .lines(WIDE, height)
    .slice(3, -1)
    .filter((line) => line !== '')
    .map((line) => line.trim().split(/\s+/).slice(0, 2).join(':'));

describe('the view of top', () => {
  it('has totals, headings, the busiest channels first, and the keys', () => {
    const { view } = busyView(3);
    expect(view.lines(WIDE, 10)).toEqual([
      '/srv/xen: 2 domains, 6 ports, 2 open files; every 1 s',
      '3.0 events/s, 0 merged/s, 3.0 sends/s; by events',
      'dom  port  state        peer  events/s  merged/s  sends/s  queued  last event  process  waits for'.padEnd(
        WIDE,
      ),
      '  0     3  interdomain  7:3        2.0         0        0       1        1.0s  back     reader 1.0s',
      '  0     2  interdomain  7:2        1.0         0        0       1        1.0s  back     reader 1.0s',
      '  0     1  interdomain  7:1          0         0        0       0           -  back     -',
      '  7     1  interdomain  0:1          0         0        0       1        1.0s  front    reader 1.0s',
      '  7     2  interdomain  0:2          0         0      1.0       1        1.0s  front    reader 1.0s',
      '  7     3  interdomain  0:3          0         0      2.0       1        1.0s  front    reader 1.0s',
      's/S or >/< sort by  r reverse  / filter  space pause  ↑↓ PgUp PgDn scroll  ? help  q quit',
    ]);
  });

  it('sorts by another column, and the other way round', () => {
    const { view } = busyView(3);
    type(view, 's', '>');
    expect(shown(view, 5)).toEqual(['7:3']);
    expect(view.lines(WIDE, 5)[1]).toMatch(/; by sends$/);
    type(view, 'r');
    expect(shown(view, 5)).toEqual(['0:1']);
    expect(view.lines(WIDE, 5)[1]).toMatch(/; by sends, reversed$/);
    type(view, 'S', '<', '<');
    expect(view.lines(WIDE, 5)[1]).toMatch(/; by peer$/);
  });

  it('scrolls, and no further than there are rows', () => {
    const { view } = busyView(10);
    const at = () => shown(view, 8)[0];
    expect(at()).toBe('0:10');
    type(view, { name: 'down' }, 'j');
    expect(at()).toBe('0:8');
    type(view, { name: 'up' });
    expect(at()).toBe('0:9');
    type(view, { name: 'pagedown' });
    expect(at()).toBe('0:5');
    type(view, { name: 'end' });
    expect(shown(view, 8)).toEqual(['7:7', '7:8', '7:9', '7:10']);
    type(view, { name: 'pagedown' });
    expect(at()).toBe('7:7');
    type(view, 'g', { name: 'pageup' });
    expect(at()).toBe('0:10');
  });

  it('shows only what matches, while it is typed', () => {
    const { view } = busyView(3);
    type(view, '/', 'f', 'r', 'o', 'x');
    expect(shown(view, 12)).toEqual([]);
    expect(view.lines(WIDE, 12).at(-1)).toBe('filter: frox_');
    type(view, { name: 'backspace', sequence: '\x7f' }, 'n', ' ', '2');
    expect(shown(view, 12)).toEqual(['7:2']);
    expect(view.lines(WIDE, 12)[1]).toMatch(/; 1 match "fron 2"$/);
    type(view, { name: 'return', sequence: '\r' });
    expect(view.lines(WIDE, 12).at(-1)).toMatch(/^s\/S/);
    type(view, '/', 'x', { name: 'escape', sequence: '\x1b', meta: true });
    expect(shown(view, 12)).toEqual(['7:2']);
    type(
      view,
      '/',
      { name: 'u', ctrl: true, sequence: '\x15' },
      { name: 'return', sequence: '\r' },
    );
    expect(shown(view, 12)).toHaveLength(6);
  });

  it('takes keys for what is typed, but for Ctrl-C', () => {
    const { view } = busyView(1);
    expect(type(view, '/', 'q')).toBeUndefined();
    expect(type(view, { name: 'c', ctrl: true, sequence: '\x03' })).toBe('quit');
  });

  it('stands still, and goes on', () => {
    const { view } = busyView(1);
    type(view, ' ');
    expect(view.paused).toBe(true);
    expect(view.lines(WIDE, 8)[0]).toMatch(/; PAUSED$/);
    type(view, ' ');
    expect(view.paused).toBe(false);
  });

  it('has a page of help, which any key leaves', () => {
    const { view } = busyView(1);
    type(view, '?');
    expect(view.lines(WIDE, 40)).toContain('  q, Ctrl-C   quit');
    expect(type(view, 'q')).toBeUndefined();
    expect(view.lines(WIDE, 8)[0]).toMatch(/^\/srv\/xen/);
  });

  it('asks to be ended, suspended and drawn anew', () => {
    const { view } = busyView(1);
    expect(type(view, 'q')).toBe('quit');
    expect(type(view, { name: 'z', ctrl: true, sequence: '\x1a' })).toBe('suspend');
    expect(type(view, { name: 'l', ctrl: true, sequence: '\f' })).toBe('redraw');
  });

  it.each([
    [1, 1],
    [10, 3],
    [40, 5],
    [60, 24],
    [79, 10],
    [100, 50],
  ])('fits %i columns and %i lines', (width, height) => {
    const { view } = busyView(5);
    const rows = view.lines(width, height);
    type(view, '?');
    for (const lines of [rows, view.lines(width, height)]) {
      expect(lines.length).toBeLessThanOrEqual(height);
      for (const line of lines) expect(textWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  it('has columns stand where they are as rows come and go', () => {
    const { world, view } = busyView(12);
    const before = view.lines(WIDE, 30)[2];
    world.host.domain(7)!.destroy();
    world.clock.advance(1000);
    view.take(world.snapshot(), []);
    expect(view.lines(WIDE, 30)[2]).toBe(before);
  });

  it('makes stuck ports stand out', () => {
    const { world } = connectedPair();
    const view = new TopView({ ...OPTIONS, paint: painted });
    view.take(world.snapshot(), [{ domid: 7, port: 1 }]);
    const lines = view.lines(WIDE, 8);
    expect(lines[0]).toContain('1 stuck');
    expect(
      lines.filter((line) => line.startsWith('\x1b[1;31m') && line.includes('STUCK')),
    ).toHaveLength(1);
  });

  it('writes the whole table where there is no screen', () => {
    const { view } = busyView(30, { filter: '0:' });
    const lines = [...view.batch()];
    expect(lines).toHaveLength(33);
    expect(lines[3]).toMatch(/^ {2}0 {4}30 {2}interdomain/);
  });

  it('formats only what is on the screen, however many channels there are', () => {
    const { view } = busyView(1);
    const world = new CountedHost();
    const handle = world.domain({ domid: 0, maxEvtchnPort: 200_000 }).openEvtchn();
    for (let port = 0; port < 20_000; port++) handle.bindUnboundPort(0);
    view.take(world.snapshot(), []);
    expect(view.lines(WIDE, 24)).toHaveLength(24);
    type(view, { name: 'end' });
    expect(shown(view, 24).at(-1)).toBe('0:20000');
  });
});
