import { expect, it } from 'vitest';
import type { PathStep } from 'xen-evtchn/embedded';
import { pathLines } from '../../../page/src/details/path-lines.js';

it('lists a path, and of many that merged the first', () => {
  const merged = Array.from({ length: 5 }, (_, i): PathStep => ({ time: 2 + i, kind: 'merged' }));
  const steps: PathStep[] = [
    { time: 1, kind: 'pending' },
    ...merged,
    { time: 9, kind: 'queued' },
    { time: 10, kind: 'read' },
  ];
  const lines = pathLines({ steps, merged: 1005 });
  expect(lines.map(({ step, folded }) => [step.kind, folded])).toEqual([
    ['pending', 0],
    ['merged', 0],
    ['merged', 0],
    ['merged', 1002],
    ['queued', 0],
    ['read', 0],
  ]);
  expect(lines.map(({ before }) => before?.time)).toEqual([undefined, 1, 2, 3, 6, 9]);
});
