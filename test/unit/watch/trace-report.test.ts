import { expect, it } from 'vitest';
import {
  cutShortText,
  progressText,
  sizeText,
  summaryText,
} from '../../../src/watch/trace-report.js';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [24_040_000, '24.0 MB'],
  [3e12, '3.0 TB'],
  [4e15, '4000.0 TB'],
])('writes %i bytes as %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

it('sums up what a trace came to', () => {
  const progress = { records: 1234, events: 1, dropped: 0 };
  expect(summaryText(progress, 12_340, 'asked', undefined)).toBe(
    '1234 records of 1 event in 12.3 s, none dropped',
  );
  const file = { name: 'a.txt', bytes: 2100 };
  expect(summaryText({ records: 1, events: 0, dropped: 7 }, 0, 'host', file)).toBe(
    'the host has ended: 1 record of 0 events in 0.0 s, 7 dropped; 2.1 kB in a.txt',
  );
  expect(summaryText(progress, 0, 'late', undefined)).toMatch(
    /^stopped before the end of it was written: 1234 /,
  );
  expect(summaryText(progress, 0, 'unread', file)).toMatch(/^nobody reads it any more: 1234 /);
});

it('tells how it is doing', () => {
  expect(progressText({ records: 12, events: 3, dropped: 4 }, 59.7)).toBe(
    '12 records, 4 dropped, 60/s',
  );
});

it('tells what was waited for in vain', () => {
  expect(cutShortText({ name: 'a.txt', busy: true })).toBe(
    'nobody reads a.txt: the end of the trace is missing',
  );
  expect(cutShortText({ name: 'a.txt', busy: false })).toBe(
    'the host does not answer: the end of the trace is missing',
  );
});
