import { describe, expect, test } from 'vitest';
import { claim } from '../../demo/claim.js';
import { play } from '../../demo/scenes.js';
import type { StyledLine } from '../../demo/styled-line.js';
import { toSvg } from '../../demo/svg.js';
import { toText, wantsColour, widthOf } from '../../demo/terminal.js';

function output(width: number): { text: string[]; scenes: Set<number>; lines: StyledLine[] } {
  const lines: StyledLine[] = [];
  const scenes = new Set<number>();
  play(width, (line, scene) => {
    lines.push(line);
    scenes.add(scene);
  });
  return { text: lines.map((line) => toText(line, false)), scenes, lines };
}

describe('the demo', () => {
  test('plays five scenes, holds what it claims, and accounts for every event', () => {
    const { text, scenes } = output(100);
    expect([...scenes]).toEqual([0, 1, 2, 3, 4, 5]);
    const table = text.filter((line) => /^ {2}(events|to )/.test(line));
    expect(table.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['events', 'sent', 'initial', 'coalesced', 'lost', 'delivered', 'read'],
      ['to back end', '16', '0', '9', '0', '7', '7'],
      ['to front end', '7', '2', '0', '1', '8', '8'],
    ]);
  });

  test('prints the same twice', () => {
    expect(output(100).text).toEqual(output(100).text);
  });

  test.each([72, 80, 91, 100])('fits into %i columns', (width) => {
    const longest = Math.max(...output(width).text.map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(width);
    expect(longest).toBeGreaterThan(width - 3);
  });

  test('shows the same events in every width', () => {
    const events = (width: number) =>
      output(width).text.flatMap((line) => line.match(/[●○◐◆◇×]/g) ?? []);
    expect(events(72)).toEqual(events(100));
  });

  test('fails when something it claims does not hold', () => {
    expect(() => claim(false, 'pigs fly')).toThrow('pigs fly');
    expect(() => claim(true, 'pigs walk')).not.toThrow();
  });
});

describe('its terminal', () => {
  test.each([
    [{ columns: 200 }, 100],
    [{ columns: 80 }, 80],
    [{ columns: 40 }, 72],
    [{}, 100],
  ])('of %o is drawn on with a width of %i', (stream, width) => {
    expect(widthOf(stream)).toBe(width);
  });

  test('has colours only where a person looks who did not refuse them', () => {
    expect(wantsColour({ isTTY: true }, {})).toBe(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: '' })).toBe(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColour({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(wantsColour({}, {})).toBe(false);
  });

  test('gets colours around the text and nothing else', () => {
    const line: StyledLine = [
      { text: 'a ', style: 'plain' },
      { text: 'b', style: 'lost' },
    ];
    expect(toText(line, true)).toBe('a \u001b[31mb\u001b[0m');
    expect(toText(line, false)).toBe('a b');
  });
});

describe('its picture', () => {
  test('has every run of text at its own column, and escapes what XML would take for its own', () => {
    const line: StyledLine = [
      { text: 'a  <b>', style: 'plain' },
      { text: ' & c', style: 'good' },
    ];
    const svg = toSvg('demo', [line]);
    expect(svg.match(/<text .*class="(?:plain|good)">.*<\/text>/g)?.slice(1)).toEqual([
      '<text x="16" y="58" textLength="7.8" lengthAdjust="spacingAndGlyphs" class="plain">a</text>',
      '<text x="39.4" y="58" textLength="23.4" lengthAdjust="spacingAndGlyphs" class="plain">&lt;b&gt;</text>',
      '<text x="70.6" y="58" textLength="23.4" lengthAdjust="spacingAndGlyphs" class="good">&amp; c</text>',
    ]);
  });
});
