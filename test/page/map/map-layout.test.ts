import { describe, expect, it } from 'vitest';
import type { Box } from '../../../page/src/map/domain-layout.js';
import { hostMap } from '../../../page/src/map/host-map.js';
import { cellKey, channelPath, layoutMap } from '../../../page/src/map/map-layout.js';
import { directionOf, neighbour } from '../../../page/src/map/neighbour.js';
import { channel, domain, file, host } from '../host-fixture.js';

/** Domain 0 with channels to so many guests. */
function star(guests: number, each: number) {
  const hub = Array.from({ length: guests * each }, (_, index) =>
    channel(index + 1, {
      peer: { domid: 1 + Math.floor(index / each), port: (index % each) + 1 },
      file: 1,
    }),
  );
  const others = Array.from({ length: guests }, (_, guest) =>
    domain(
      guest + 1,
      Array.from({ length: each }, (_, index) =>
        channel(index + 1, {
          peer: { domid: 0, port: guest * each + index + 1 },
          file: 100 + guest,
        }),
      ),
      { files: [file(100 + guest)] },
    ),
  );
  const snapshot = host(0, [domain(0, hub, { files: [file(1)] }), ...others]);
  return hostMap(
    snapshot,
    () => undefined,
    () => false,
  );
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('layoutMap', () => {
  it.each([
    [1, 1, 1200],
    [3, 8, 420],
    [20, 25, 1200],
    [60, 16, 900],
    [1, 1000, 1200],
    [500, 2, 1600],
  ])(
    'keeps %i domains with %i channels each apart, and within %i pixels',
    (guests, each, width) => {
      const layout = layoutMap(star(guests, each), width);
      expect(layout.domains).toHaveLength(guests + 1);
      for (const [index, one] of layout.domains.entries()) {
        expect(one.x).toBeGreaterThanOrEqual(0);
        expect(one.x + one.width).toBeLessThanOrEqual(width + 1e-6);
        expect(one.y + one.height).toBeLessThanOrEqual(layout.height);
        for (const other of layout.domains.slice(index + 1)) {
          expect(overlap(one, other)).toBe(false);
        }
      }
    },
  );

  it('has a cell for every channel, inside the box of its domain, none on another', () => {
    const layout = layoutMap(star(20, 25), 1200);
    expect(layout.cells.size).toBe(1000);
    for (const { map, x, y, width, height } of layout.domains) {
      for (const { channel: one } of map.groups.flatMap(({ cells }) => cells)) {
        const at = layout.cells.get(cellKey(map.domain.domid, one.port))!;
        expect(at.x - layout.cell.size / 2).toBeGreaterThan(x);
        expect(at.x + layout.cell.size / 2).toBeLessThan(x + width);
        expect(at.y - layout.cell.size / 2).toBeGreaterThan(y);
        expect(at.y + layout.cell.size / 2).toBeLessThan(y + height);
      }
    }
    const places = new Set([...layout.cells.values()].map(({ x, y }) => `${x} ${y}`));
    expect(places.size).toBe(1000);
  });

  it('is the same for the same map', () => {
    expect(layoutMap(star(7, 9), 1000)).toEqual(layoutMap(star(7, 9), 1000));
  });

  it('has a line for each link, and its counts apart from one another', () => {
    const { links } = layoutMap(star(20, 25), 1200);
    expect(links).toHaveLength(20);
    for (const { path } of links) expect(path).toMatch(/^M[\d. ]+V/);
    const labels = new Set(links.map(({ label }) => `${label.x} ${label.y}`));
    expect(labels.size).toBe(20);
  });

  it('leads lines past the boxes of other rows, not through them', () => {
    const { links, domains } = layoutMap(star(20, 25), 1200);
    const hub = domains[0]!;
    for (const { path, link } of links) {
      const [, x, , bottom] = /^M([\d.]+) ([\d.]+)V([\d.]+)/.exec(path)!.map(Number);
      const target = domains.find(({ map }) => map.domain.domid === link.to)!;
      for (const box of domains) {
        if (box === hub || box === target || box.y > bottom!) continue;
        expect(x! > box.x && x! < box.x + box.width).toBe(false);
      }
    }
  });

  it('lays out a host without domains', () => {
    const empty = hostMap(
      host(0, []),
      () => undefined,
      () => false,
    );
    expect(layoutMap(empty, 800).domains).toEqual([]);
  });
});

describe('channelPath', () => {
  const layout = layoutMap(star(2, 2), 1000);

  it('leads from cell to cell', () => {
    const from = layout.cells.get('0:1')!;
    const path = channelPath(layout, { domid: 0, port: 1 }, { domid: 1, port: 1 });
    expect(path.startsWith(`M${Math.round(from.x * 10) / 10} `)).toBe(true);
  });

  it('leads to the facing edge of a box where there is no cell', () => {
    const hub = layout.domains[0]!;
    const path = channelPath(layout, { domid: 0, port: undefined }, { domid: 1, port: 1 });
    expect(path).toContain(` ${Math.round((hub.y + hub.height) * 10) / 10}C`);
  });

  it('leads nowhere from a domain that is not there', () => {
    expect(channelPath(layout, { domid: 99, port: 1 }, { domid: 1, port: 1 })).toBe('');
  });
});

describe('neighbour', () => {
  const places = new Map([
    ['a', { x: 0, y: 0 }],
    ['b', { x: 10, y: 0 }],
    ['c', { x: 0, y: 10 }],
    ['d', { x: 30, y: 4 }],
  ]);

  it('goes to the nearest place ahead', () => {
    expect(neighbour(places, { x: 0, y: 0 }, 'right')).toBe('b');
    expect(neighbour(places, { x: 0, y: 0 }, 'down')).toBe('c');
    expect(neighbour(places, { x: 10, y: 0 }, 'left')).toBe('a');
    expect(neighbour(places, { x: 10, y: 0 }, 'right')).toBe('d');
    expect(neighbour(places, { x: 0, y: 10 }, 'up')).toBe('a');
  });

  it('stays where there is none', () => {
    expect(neighbour(places, { x: 0, y: 0 }, 'up')).toBeUndefined();
  });

  it('is asked by the arrow keys', () => {
    expect(directionOf('ArrowLeft')).toBe('left');
    expect(directionOf('Enter')).toBeUndefined();
  });
});
