import { describe, expect, it } from 'vitest';
import type { Moment } from '../../../page/src/model/moment.js';
import { momentText } from '../../../page/src/model/moment-text.js';
import { PageModel } from '../../../page/src/model/page-model.js';
import { TracedHost } from '../traced-host.js';

function moments(model: PageModel, from = model.history.first): Moment[] {
  const all: Moment[] = [];
  for (let seq = from; seq < model.history.end; seq++) all.push(model.history.at(seq)!);
  return all;
}

function sentences(model: PageModel, from?: number): string[] {
  return moments(model, from).map((moment) => momentText(moment, model.lifelines));
}

/** A model that has seen a connected host from its beginning. */
function connected() {
  const traced = new TracedHost();
  const pair = traced.connect();
  const model = new PageModel();
  model.take(traced.batch());
  return { traced, model, ...pair, start: model.history.end };
}

describe('moments of an event', () => {
  it('are one for the send that is queued at once, one for the read, one for the unmask', () => {
    const { traced, model, back, front, port, peer, start } = connected();
    front.notify(peer);
    traced.clock.advance(2);
    back.tryPending();
    back.unmask(port);
    model.take(traced.batch());
    expect(sentences(model, start)).toEqual([
      `sent from domain 7 port ${peer} (blkfront) to domain 0 port ${port}: queued for blkback`,
      `domain 0 port ${port}: read by blkback`,
      `domain 0 port ${port}: enabled and unmasked by blkback`,
    ]);
    const [sent, read] = moments(model, start);
    expect(sent!.trail).toBe(read!.trail);
    expect(sent!.trail!.moments).toHaveLength(3);
    expect(read!.time - sent!.time).toBe(2);
  });

  it('tell what merged, and what was masked', () => {
    const { traced, model, front, back, port, peer, start } = connected();
    front.notify(peer);
    front.notify(peer);
    front.notify(peer);
    model.take(traced.batch());
    expect(sentences(model, start).map((text) => text.split(': ')[1])).toEqual([
      'queued for blkback',
      'pending, the port is masked',
      'merged into the pending event',
    ]);
    const pending = model.history.at(start + 1)!;
    expect(pending.steps[0]!.masked).toBe(true);
    back.tryPending();
    back.unmask(port);
    model.take(traced.batch());
    // What waited behind the mask is queued by the write: its path goes on.
    const last = model.history.last!;
    expect(last.trail).toBe(pending.trail);
    expect(last.steps.map(({ kind }) => kind)).toEqual(['queued']);
  });

  it('tell of a virtual interrupt by its number, and of one that nobody bound', () => {
    const traced = new TracedHost();
    const handle = traced.back.openEvtchn({ comm: 'xenstored' });
    const port = handle.bindVirq(3);
    const model = new PageModel();
    model.take(traced.batch());
    const start = model.history.end;
    traced.back.raiseVirq(3);
    traced.front.raiseVirq(4);
    model.take(traced.batch());
    expect(sentences(model, start)).toEqual([
      `VIRQ 3 to domain 0 port ${port}: queued for xenstored`,
      'domain 7: VIRQ 4 lost, nobody bound it',
    ]);
  });

  it('tell of a reset that throws unread events away', () => {
    const { traced, model, back, front, port, peer, start } = connected();
    front.notify(peer);
    back.reset();
    model.take(traced.batch());
    expect(sentences(model, start).slice(1)).toEqual([
      `domain 0 port ${port}: dropped by a reset of blkback, unread`,
      'domain 0: reset by blkback, 1 unread event dropped',
    ]);
  });

  it('are known by name from a snapshot, where following began late', () => {
    const traced = new TracedHost();
    const { front, peer, port } = traced.connect();
    traced.batch();
    const model = new PageModel();
    model.takeSnapshot(traced.snapshot());
    front.notify(peer);
    model.take(traced.batch());
    expect(sentences(model)).toEqual([
      `sent from domain 7 port ${peer} (blkfront) to domain 0 port ${port}: queued for blkback`,
    ]);
  });
});

describe('lifelines', () => {
  it('are domains by number, each with its open files', () => {
    const { model } = connected();
    expect(model.lifelines.all.map(({ key, comm }) => [key, comm])).toEqual([
      ['d0', undefined],
      ['f1', 'blkback'],
      ['d7', undefined],
      ['f2', 'blkfront'],
    ]);
  });

  it('end with the file and with the domain, and the peer is told to be alone', () => {
    const { traced, model, port, peer, start } = connected();
    traced.front.destroy();
    model.take(traced.batch());
    expect(sentences(model, start)).toContain(
      `domain 7 port ${peer}: closed, peer domain 0 port ${port} (blkback) is alone`,
    );
    expect(sentences(model, start)).toContain('domain 7 destroyed');
    const ended = model.lifelines.all.filter((line) => line.end !== undefined);
    expect(ended.map(({ key }) => key)).toEqual(['d7', 'f2']);
  });

  it('begin anew when a domain of the same number comes', () => {
    const { traced, model } = connected();
    traced.front.destroy();
    traced.host.createDomain({ domid: 7, kernelChannels: false });
    model.take(traced.batch());
    const line = model.lifelines.get('d7')!;
    expect(line.end).toBeUndefined();
    expect(model.history.at(line.begin!)!.kind).toBe('domain-create');
  });

  it('end when two snapshots in a row do not have them', () => {
    const { traced, model } = connected();
    traced.front.destroy();
    traced.batch();
    model.takeSnapshot(traced.snapshot());
    expect(model.lifelines.get('d7')!.end).toBeUndefined();
    model.takeSnapshot(traced.snapshot());
    expect(model.lifelines.get('d7')!.end).toBe(model.history.end);
  });

  it('are forgotten when nothing of them is in the history', () => {
    const { traced, back, front, port, peer } = connected();
    const model = new PageModel(10);
    const extra = traced.back.openEvtchn({ comm: 'short' });
    extra.close();
    model.take(traced.batch());
    expect(model.lifelines.all.some(({ comm }) => comm === 'short')).toBe(true);
    for (let i = 0; i < 10; i++) {
      front.notify(peer);
      back.tryPending();
      back.unmask(port);
    }
    model.take(traced.batch());
    expect(model.lifelines.all.some(({ comm }) => comm === 'short')).toBe(false);
  });
});

describe('what is not there', () => {
  it('is marked where records were lost, and counted', () => {
    const { traced, model, front, peer, start } = connected();
    front.notify(peer);
    model.take({ ...traced.batch(), dropped: 12 });
    expect(sentences(model, start)[0]).toBe('12 records missing here');
    expect(model.dropped).toBe(12);
  });

  it('is marked where the history was held longer than it can keep', () => {
    const { traced, back, front, port, peer } = connected();
    const model = new PageModel(50);
    model.hold(true);
    for (let i = 0; i < 100; i++) {
      front.notify(peer);
      back.tryPending();
      back.unmask(port);
    }
    model.take(traced.batch());
    expect(model.history.end - model.history.first).toBe(100);
    expect(model.history.skipped).toBe(200);
    model.hold(false);
    expect(model.history.end - model.history.first).toBe(50);
    expect(model.history.last!.kind).toBe('missing');
    expect(model.history.last!.count).toBe(200);
    expect(model.history.skipped).toBe(0);
  });
});

it('keeps so much and no more, however long it goes on', () => {
  const { traced, back, front, port, peer } = connected();
  const model = new PageModel(2000);
  // A million steps: 3 moments of 5 steps for each of 200 000 events, in batches as they come.
  for (let batch = 0; batch < 200; batch++) {
    for (let i = 0; i < 1000; i++) {
      front.notify(peer);
      back.tryPending();
      back.unmask(port);
    }
    model.take(traced.batch());
  }
  expect(model.history.end).toBeGreaterThanOrEqual(600_000);
  expect(model.history.end - model.history.first).toBe(2000);
  for (const moment of moments(model)) expect(moment.trail!.moments.length).toBeLessThanOrEqual(3);
  expect(model.lifelines.all).toHaveLength(4);
});

it('keeps so much of an event that never ends, too', () => {
  const { traced, front, peer } = connected();
  const model = new PageModel(1000);
  for (let batch = 0; batch < 20; batch++) {
    for (let i = 0; i < 1000; i++) front.notify(peer);
    model.take(traced.batch());
  }
  const { trail } = model.history.last!;
  expect(trail!.moments).toHaveLength(1000);
  expect(trail!.path.steps.length).toBeLessThanOrEqual(200);
  expect(trail!.path.merged).toBe(19_998);
});
