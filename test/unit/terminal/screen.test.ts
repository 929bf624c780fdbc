import { expect, it } from 'vitest';
import { Screen } from '../../../src/terminal/screen.js';

/** A screen that was entered, and what was written to it since it was asked last. */
function entered() {
  const written: string[] = [];
  const screen = new Screen((text) => written.push(text));
  screen.enter();
  return { screen, taken: () => written.splice(0) };
}

it('takes the screen over once, and gives it back once', () => {
  const { screen, taken } = entered();
  screen.enter();
  expect(taken()).toEqual(['\x1b[?1049h\x1b[?25l\x1b[?7l']);
  screen.leave();
  screen.leave();
  expect(taken()).toEqual(['\x1b[?7h\x1b[?25h\x1b[?1049l']);
  screen.draw(['late'], 10, 2);
  expect(taken()).toEqual([]);
});

it('draws a frame in one write, and of the next only what is different', () => {
  const { screen, taken } = entered();
  taken();
  screen.draw(['one', 'two'], 10, 4);
  expect(taken()).toEqual([
    '\x1b[?2026h\x1b[1;1Hone\x1b[K\x1b[2;1Htwo\x1b[K\x1b[3;1H\x1b[J\x1b[?2026l',
  ]);
  screen.draw(['one', 'too'], 10, 4);
  expect(taken()).toEqual(['\x1b[?2026h\x1b[2;1Htoo\x1b[K\x1b[?2026l']);
  screen.draw(['one', 'too'], 10, 4);
  expect(taken()).toEqual([]);
  screen.draw(['one'], 10, 4);
  expect(taken()).toEqual(['\x1b[?2026h\x1b[2;1H\x1b[J\x1b[?2026l']);
});

it('does not erase what is written in the last column', () => {
  const { screen, taken } = entered();
  taken();
  screen.draw(['\x1b[1mfull\x1b[22m'], 4, 1);
  expect(taken()).toEqual(['\x1b[?2026h\x1b[1;1H\x1b[1mfull\x1b[22m\x1b[?2026l']);
});

it('draws everything after another size, and when it was told to forget, without clearing', () => {
  const { screen, taken } = entered();
  screen.draw(['one', 'two'], 10, 2);
  taken();
  screen.draw(['one', 'two'], 20, 2);
  expect(taken()).toEqual(['\x1b[?2026h\x1b[1;1Hone\x1b[K\x1b[2;1Htwo\x1b[K\x1b[?2026l']);
  screen.forget();
  screen.draw(['one', 'two'], 20, 2);
  expect(taken()).toEqual(['\x1b[?2026h\x1b[1;1Hone\x1b[K\x1b[2;1Htwo\x1b[K\x1b[?2026l']);
});

it('draws no line that the screen has not', () => {
  const { screen, taken } = entered();
  taken();
  screen.draw(['one', 'two', 'three'], 10, 2);
  expect(taken().join('')).not.toContain('three');
});
