import { describe, expect, it } from 'vitest';
import type { EventPath } from '../../../src/event-paths/event-path.js';
import { EventPaths } from '../../../src/event-paths/event-paths.js';
import { PathSampler } from '../../../src/event-paths/path-sampler.js';
import type { TraceRecord } from '../../../src/trace/trace-record.js';
import { FollowedHost, kinds } from './followed-host.js';

type Abi = 'fifo' | 'two-level';

/** Domains that each have a channel to domain 0, which reads and writes back what comes. */
function busyHost(channels: number, abi: Abi = 'fifo') {
  const followed = new FollowedHost();
  const { host, records } = followed;
  const back = host.createDomain({ domid: 0, kernelChannels: false, abi }).openEvtchn();
  const front = host.createDomain({ domid: 7, kernelChannels: false, abi }).openEvtchn();
  const ports: number[] = [];
  const locals: number[] = [];
  for (let i = 0; i < channels; i++) {
    const port = back.bindUnboundPort(7);
    ports.push(port);
    locals.push(front.bindInterdomain(0, port));
  }
  for (const _ of locals) front.unmask(front.tryPending()!);
  const serve = () => {
    for (let port = back.tryPending(); port !== undefined; port = back.tryPending()) {
      back.unmask(port);
    }
  };
  return { ...followed, followed, host, back, front, ports, locals, serve, records };
}

/** Paths made from records alone. */
function pathsOf(records: readonly TraceRecord[]): EventPath[] {
  const paths = new Map<number, EventPath>();
  const following = new EventPaths((path) => paths.set(path.id, path));
  for (const record of records) following.take(record);
  following.settle();
  return [...paths.values()];
}

const shapes = (paths: readonly EventPath[]) =>
  paths.map((path) => [path.domid, path.port, path.cause, path.state, kinds(path), path.steps]);

describe('PathSampler', () => {
  it('refuses to show no event', () => {
    expect(() => new PathSampler(0)).toThrow(RangeError);
  });

  it.each(['fifo', 'two-level'] as const)('keeps everything that fits, with %s', (abi) => {
    const { records, front, back, locals, serve } = busyHost(3, abi);
    for (const local of locals) {
      front.notify(local);
      front.notify(local);
    }
    serve();
    back.close();
    const sampled = new PathSampler(1000).sample(records);
    // Upcalls that found nothing for an open file are all that is missing.
    expect(sampled.records.filter(({ type }) => type !== 'upcall')).toEqual(
      records.filter(({ type }) => type !== 'upcall'),
    );
    expect(sampled.shown).toBe(sampled.events);
    expect(sampled.events).toBe(9);
    expect(shapes(pathsOf(sampled.records))).toEqual(shapes(pathsOf(records)));
  });

  it('keeps of the events it shows every record, also those of later parts, and of others none', () => {
    const { records, followed, front, locals, serve } = busyHost(10);
    const sampler = new PathSampler(4);
    sampler.sample(records.splice(0));
    const before = followed.paths.length;
    for (const local of locals) front.notify(local);
    const first = sampler.sample(records.splice(0));
    expect([first.events, first.shown]).toEqual([10, 4]);
    serve();
    const second = sampler.sample(records.splice(0));
    expect([second.events, second.shown]).toEqual([0, 0]);
    const whole = followed.paths.slice(before, before + 4);
    const seen = pathsOf([...first.records, ...second.records]);
    expect(shapes(seen)).toEqual(shapes(whole));
    for (const path of seen) expect(path.steps[0]?.sender?.file).toBe(2);
    const upcalls = [...first.records].filter(({ type }) => type === 'upcall');
    expect(upcalls).toHaveLength(4);
  });

  it('shows a quiet port beside a busy one', () => {
    const { records, front, back, locals, ports } = busyHost(2);
    const sampler = new PathSampler(10);
    sampler.sample(records.splice(0));
    for (let i = 0; i < 100; i++) {
      front.notify(locals[0]!);
      back.unmask(back.tryPending()!);
    }
    front.notify(locals[1]!);
    const { events, shown, records: kept } = sampler.sample(records);
    expect([events, shown]).toEqual([101, 6]);
    const interrupts = kept.filter((record) => record.type === 'interrupt');
    expect(interrupts.map(({ port }) => port)).toEqual([...Array(5).fill(ports[0]), ports[1]]);
  });

  it('counts events that merge, and shows no more of them than of others', () => {
    const { records, front, locals } = busyHost(1);
    const sampler = new PathSampler(10);
    sampler.sample(records.splice(0));
    for (let i = 0; i < 100; i++) front.notify(locals[0]!);
    const { events, shown, records: kept } = sampler.sample(records);
    expect([events, shown]).toEqual([100, 5]);
    expect(pathsOf(kept).map(kinds)).toEqual([
      ['pending', 'queued'],
      ['pending', 'merged', 'merged', 'merged'],
    ]);
  });

  it('limits what belongs to no event, and lets calls not crowd out what opens and closes', () => {
    const { records, host, back } = busyHost(1);
    records.length = 0;
    for (let i = 0; i < 50; i++) back.tryPending();
    const domain = host.createDomain({ domid: 9, kernelChannels: false });
    for (let i = 0; i < 50; i++) domain.openEvtchn().close();
    const { records: kept } = new PathSampler(10).sample(records);
    const count = (type: string) => kept.filter((record) => record.type === type).length;
    expect(count('read')).toBe(10);
    expect(count('domain-create')).toBe(1);
    expect(count('open') + count('release') + count('domain-create') + count('hypercall')).toBe(40);
  });

  it('always keeps an overflow, and how its port opens again', () => {
    const { records, front, back, locals, ports } = busyHost(1);
    const sampler = new PathSampler(2);
    for (let i = 0; i < 65; i++) {
      front.notify(locals[0]!);
      if (i < 64) back.unmask(ports[0]!);
    }
    const first = sampler.sample(records.splice(0));
    expect(first.records.filter(({ type }) => type === 'overflow')).toHaveLength(1);
    back.reset();
    back.unmask(ports[0]!);
    const second = sampler.sample(records);
    expect(second.records.map(({ type }) => type)).toEqual(['ring-reset', 'ioctl', 'eoi', 'write']);
  });

  it('keeps the virtual interrupt that made an event, and the unmask that gets it on', () => {
    const { records, host, front, back, locals, ports } = busyHost(1);
    back.bindVirq(3);
    front.notify(locals[0]!);
    back.tryPending();
    records.length = 0;
    host.raiseVirq(3);
    front.notify(locals[0]!);
    back.unmask(ports[0]!);
    const { records: kept } = new PathSampler(2).sample(records);
    expect(kept.map(({ type }) => type)).toEqual([
      'virq',
      'set-pending',
      'upcall',
      'interrupt',
      'set-pending',
      'hypercall',
      'ioctl',
      'hypercall',
      'upcall',
      'interrupt',
    ]);
    expect(pathsOf(kept).map(({ cause, state }) => [cause, state])).toEqual([
      ['virq', 'queued'],
      ['send', 'queued'],
    ]);
  });

  it('keeps what becomes of an EOI that is put off, and calls that come to nothing', () => {
    const { records, host, clock, front, back, locals, ports } = busyHost(2);
    const { kernel } = host.domain(0)!;
    records.length = 0;
    front.notify(locals[0]!);
    front.notify(locals[1]!);
    back.tryPending();
    back.tryPending();
    for (const port of ports) {
      kernel!.lateEoi(port, true);
      kernel!.lateEoi(port, true);
    }
    clock.advance(100);
    host.raiseVirq(3);
    back.unmask([999]);
    expect(() => front.notify(999)).toThrow();
    const sampled = new PathSampler(1).sample(records).records;
    const count = (type: string) => sampled.filter((record) => record.type === type).length;
    expect([count('deferred-eoi'), count('deferred-eoi-end')]).toEqual([1, 1]);
    // One call that came to nothing, the first: a virtual interrupt that nobody bound.
    expect([count('virq'), count('write'), count('hypercall')]).toEqual([1, 0, 1]);
    const roomy = new PathSampler(100).sample(records).records;
    expect(roomy.filter(({ type }) => type === 'write' || type === 'ioctl')).toHaveLength(4);
  });

  it('gives the same, wherever the trace is cut', () => {
    const { records, front, back, locals, serve } = busyHost(4);
    for (let i = 0; i < 3; i++) {
      for (const local of locals) front.notify(local);
      serve();
    }
    back.close();
    const whole = new PathSampler(1000).sample(records).records;
    for (let at = 1; at < records.length; at++) {
      const sampler = new PathSampler(1000);
      const parts = [records.slice(0, at), records.slice(at), []];
      const cut = parts.flatMap((part) => sampler.sample(part).records);
      const other = ({ type }: TraceRecord) => type !== 'upcall';
      expect(cut.filter(other)).toEqual(whole.filter(other));
    }
  });

  it('shows nothing more of what was under way when records were lost', () => {
    const { records, front, back, locals } = busyHost(2);
    const sampler = new PathSampler(10);
    front.notify(locals[0]!);
    sampler.sample(records.splice(0));
    sampler.forget();
    back.unmask(back.tryPending()!);
    expect(sampler.sample(records.splice(0)).records).toEqual([]);
    front.notify(locals[1]!);
    expect(sampler.sample(records).shown).toBe(1);
  });
});
