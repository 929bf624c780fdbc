import { expect, it } from 'vitest';
import { SampleShare } from '../../../page/src/model/sample-share.js';

it('says nothing while everything is shown', () => {
  const share = new SampleShare();
  expect(share.note).toBeUndefined();
  share.take(100, 100);
  expect(share.note).toBeUndefined();
  expect(share.events).toBe(100);
});

it.each([
  [5000, 100, 'showing 1 of 50 events'],
  [650, 100, 'showing 1 of 6.5 events'],
  [105, 100, 'showing 95 % of events'],
  [10_001, 10_000, 'showing 99 % of events'],
  [123_456, 100, 'showing 1 of 1\u202f235 events'],
])('of %i events that show %i it says: %s %s', (events, shown, note) => {
  const share = new SampleShare();
  share.take(events, shown);
  expect(share.note).toBe(note);
});

it('speaks of the last batches only', () => {
  const share = new SampleShare();
  share.take(5000, 100);
  for (let i = 0; i < 50; i++) share.take(10, 10);
  expect(share.note).toBeUndefined();
  expect(share.events - share.shown).toBe(4900);
});
