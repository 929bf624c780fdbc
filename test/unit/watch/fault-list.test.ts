import { expect, it } from 'vitest';
import {
  faultCount,
  faultNumbers,
  lostDomains,
  parseFaultList,
} from '../../../src/watch/fault-list.js';

const HEADING = 'number fault domain port file time detail';

it('reads the faults of a host', () => {
  const list = parseFaultList(
    `seed 7, spec ci\n${HEADING}\n 17 delay 0\n402 merge 7\n 17 eintr 0\n`,
  )!;
  expect(list.heading).toBe(HEADING);
  expect(list.faults).toEqual([
    { number: 17, fault: 'delay', domid: 0, line: ' 17 delay 0' },
    { number: 402, fault: 'merge', domid: 7, line: '402 merge 7' },
    { number: 17, fault: 'eintr', domid: 0, line: ' 17 eintr 0' },
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

it('knows how many there were before those that are listed', () => {
  const text = `seed 7, spec ci\n70 more before these\n${HEADING}\n17 delay 0 - - 0.1 s\n`;
  const list = parseFaultList(text)!;
  expect(list.heading).toBe(HEADING);
  expect(faultCount(list)).toBe(71);
  expect(faultNumbers(list)).toEqual([17]);
});

it('knows the domains that were destroyed, or whose processes were killed', () => {
  const rows = ['1 destroy 7 -', '2 die 3 -', '3 delay 5 -', '4 die 7 -'];
  const text = ['seed 7, spec all', HEADING, ...rows, ''].join('\n');
  expect([...lostDomains(parseFaultList(text)!)]).toEqual([7, 3]);
});
