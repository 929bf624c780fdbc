import { expect, it } from 'vitest';
import { PageModel } from '../../../page/src/model/page-model.js';
import { channel, domain, host } from '../host-fixture.js';

it('measures from send to read what a model takes, and its rates', () => {
  const model = new PageModel();
  const at = (time: number, events: number) =>
    host(time, [domain(7, [channel(9, { events, openedAt: 0, file: 2 })])]);
  model.takeSnapshot(at(0, 0));
  model.take({
    records: [
      {
        type: 'set-pending',
        time: 100,
        domid: 7,
        port: 9,
        vcpu: 0,
        coalesced: false,
        masked: false,
      },
      { type: 'interrupt', time: 101, domid: 7, file: 2, port: 9, queued: 1, woke: true },
      { type: 'read', time: 130, domid: 7, file: 2, ports: [9], result: 4 },
    ],
    events: 1,
    shown: 1,
    dropped: 0,
  });
  model.takeSnapshot(at(1000, 1));
  model.takeSnapshot(at(2000, 1));
  expect(model.figures.latencies.series()).toEqual({
    times: [0, 1000, 2000],
    median: [undefined, 30, undefined],
    p99: [undefined, 30, undefined],
  });
  expect(model.figures.rates.totalSeries().events).toEqual([1, 0]);
});
