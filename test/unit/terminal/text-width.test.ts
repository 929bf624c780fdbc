import { describe, expect, it } from 'vitest';
import { cutToWidth, padToWidth, printable, textWidth } from '../../../src/terminal/text-width.js';

it.each([
  ['', 0],
  ['front', 5],
  ['früh', 4],
  ['e\u0301', 1],
  ['前端', 4],
  ['한글', 4],
  ['🚀x', 3],
  ['▁│–…', 4],
  ['a\u200db', 2],
])('knows that %j takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

it('lets no control through to a terminal', () => {
  expect(printable('a\x1b[2Jb\nc\x7f\u009b\u202e')).toBe('a?[2Jb?c???');
  expect(printable('früh 前端')).toBe('früh 前端');
});

describe('cut to a width', () => {
  it.each([
    ['frontend', 8, 'frontend'],
    ['frontend', 5, 'fron…'],
    ['frontend', 1, '…'],
    ['frontend', 0, ''],
    ['前端程序', 8, '前端程序'],
    ['前端程序', 6, '前端…'],
    ['前端程序', 5, '前端…'],
    ['前端程序', 4, '前…'],
  ])('%j in %i is %j', (text, width, cut) => {
    expect(cutToWidth(text, width)).toBe(cut);
    expect(textWidth(cut)).toBeLessThanOrEqual(width);
  });
});

it('fills up by columns, not by characters', () => {
  expect(padToWidth('前端', 6, 'left')).toBe('前端  ');
  expect(padToWidth('7', 3, 'right')).toBe('  7');
  expect(padToWidth('1234', 3, 'right')).toBe('1234');
});
