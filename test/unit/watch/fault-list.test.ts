import { expect, it } from 'vitest';
import { faultCount, faultNumbers, parseFaultList } from '../../../src/watch/fault-list.js';

const HEADING = 'NUMBER FAULT DOMAIN PORT FILE TIME DETAIL';

it('reads the faults of a host', () => {
  const list = parseFaultList(
    `seed 7, spec ci\n${HEADING}\n 17 delay 0\n402 merge 7\n 17 eintr 0\n`,
  )!;
  expect(list.heading).toBe(HEADING);
  expect(list.faults).toEqual([
    { number: 17, line: ' 17 delay 0' },
    { number: 402, line: '402 merge 7' },
    { number: 17, line: ' 17 eintr 0' },
  ]);
  expect(faultCount(list)).toBe(3);
  expect(faultNumbers(list)).toEqual([17, 402]);
});

it('has none where there were none', () => {
  const list = parseFaultList(`seed 7, spec ci\n${HEADING}\n`)!;
  expect(list).toEqual({ heading: HEADING, faults: [], before: 0 });
});

it('has no list where there is no text', () => {
  expect(parseFaultList('')).toBeUndefined();
});
