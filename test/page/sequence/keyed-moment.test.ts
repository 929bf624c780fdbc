import { expect, it } from 'vitest';
import type { Moment } from '../../../page/src/model/moment.js';
import { PageModel } from '../../../page/src/model/page-model.js';
import { SequenceView } from '../../../page/src/model/sequence-view.js';
import { keyedMoment } from '../../../page/src/sequence/keyed-moment.js';
import { TracedHost } from '../traced-host.js';

const traced = new TracedHost();
const one = traced.connect();
const two = traced.connect();
traced.batch();
const model = new PageModel();
const view = new SequenceView(model);
// Two events whose steps alternate, and a pause between: moments 0 to 5.
one.front.notify(one.peer);
two.front.notify(two.peer);
traced.clock.advance(500);
one.back.tryPending();
two.back.tryPending();
one.back.unmask(one.port);
two.back.unmask(two.port);
model.take(traced.batch());
view.update();

it.each([
  ['ArrowDown', 1, 2],
  ['ArrowUp', 2, 1],
  ['ArrowUp', 0, undefined],
  ['ArrowDown', 5, undefined],
  ['ArrowUp', undefined, 5],
  ['ArrowDown', undefined, 5],
  ['Enter', undefined, 5],
  ['Home', 4, 0],
  ['End', 0, 5],
  ['ArrowRight', 0, 2],
  ['ArrowRight', 2, 4],
  ['ArrowRight', 4, undefined],
  ['ArrowLeft', 5, 3],
  ['ArrowLeft', undefined, undefined],
  ['PageDown', 0, 2],
  ['PageUp', 5, 2],
  ['PageDown', 5, 5],
  ['x', 3, undefined],
])('%s from moment %s leads to %s', (key, from, to) => {
  const selected: Moment | undefined = from === undefined ? undefined : model.history.at(from);
  expect(keyedMoment(key, view.rows, selected, 3)?.seq).toBe(to);
});
