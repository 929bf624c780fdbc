import { describe, expect, it } from 'vitest';
import { metricsText } from '../../../src/metrics/metrics-text.js';
import { Scene } from '../snapshot/scene.js';
import { type ParsedFamily, parseExposition } from './exposition-parser.js';

/** The metrics of a scene, by name. */
function metrics(scene: Scene): Map<string, ParsedFamily> {
  const families = parseExposition(metricsText(scene.host, scene.statistics));
  return new Map(families.map((family) => [family.name.replace(/^xen_evtchn_/, ''), family]));
}

/** The values of a family by their labels, in order. */
function values(family: ParsedFamily | undefined): Record<string, number> {
  return Object.fromEntries(
    family!.samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
}

describe('metricsText', () => {
  it('has counters of each domain', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    front.notify(local);
    scene.wait(3);
    back.tryPending();
    front.notify(local);
    front.notify(local);
    back.unmask(remote);
    scene.dom0.raiseVirq(3);
    const found = metrics(scene);
    expect(values(found.get('events_total'))).toEqual({ 0: 3, 7: 1 });
    expect(values(found.get('events_coalesced_total'))).toEqual({ 0: 1, 7: 0 });
    expect(values(found.get('sends_total'))).toEqual({ 0: 0, 7: 3 });
    expect(values(found.get('reads_total'))).toEqual({ 0: 1, 7: 1 });
    expect(values(found.get('ports_enabled_total'))).toEqual({ 0: 1, 7: 1 });
    expect(values(found.get('hypercalls_total'))).toMatchObject({
      '7 EVTCHNOP_send': 3,
      '7 EVTCHNOP_bind_interdomain': 1,
      '0 EVTCHNOP_alloc_unbound': 1,
    });
    expect(values(found.get('virqs_lost_total'))).toEqual({ '0 VIRQ_DOM_EXC': 1 });
  });

  it('has gauges of what is there now', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    const other = back.bindUnboundPort(7);
    const second = front.bindInterdomain(0, other);
    back.bindVirq(3);
    back.bindUnboundPort(9);
    front.notify(local);
    back.tryPending();
    front.notify(local);
    front.notify(second);
    for (let i = 0; i < 65; i++) {
      back.unmask(other);
      front.notify(second);
    }
    const found = metrics(scene);
    expect(values(found.get('domains'))).toEqual({ '': 2 });
    expect(values(found.get('channels'))).toMatchObject({
      '0 interdomain': 2,
      '0 virq': 1,
      '0 unbound': 1,
      '0 pirq': 0,
      '7 interdomain': 2,
    });
    expect(values(found.get('open_files'))).toEqual({ 0: 1, 7: 1 });
    expect(values(found.get('files_overflowed'))).toEqual({ 0: 1, 7: 0 });
    expect(values(found.get('events_unread'))).toEqual({ 0: 64, 7: 1 });
    // The first pair's was read and not written back, and another event waits behind it.
    expect(values(found.get('ports_disabled'))).toEqual({ 0: 2, 7: 1 });
    expect(values(found.get('ports_pending'))).toEqual({ 0: 1, 7: 0 });
    expect(found.get('channels')!.samples.some(({ labels }) => 'port' in labels)).toBe(false);
    back.reset();
    expect(values(metrics(scene).get('events_dropped_total'))).toEqual({ 0: 64, 7: 0 });
    expect(remote).toBe(1);
  });

  it('has histograms of the whole host', () => {
    const scene = new Scene();
    const { back, front, local, remote } = scene.pair();
    front.notify(local);
    scene.wait(3);
    back.tryPending();
    scene.wait(40);
    back.unmask(remote);
    const found = metrics(scene);
    const sums = ['send_to_read_seconds', 'read_to_unmask_seconds'].map((name) =>
      found
        .get(name)!
        .samples.slice(-2)
        .map(({ value }) => value),
    );
    expect(sums).toEqual([
      [0.003, 2],
      [0.04, 2],
    ]);
  });

  it('is right for a host without domains', () => {
    const scene = new Scene();
    scene.host.destroy();
    const found = metrics(scene);
    expect(values(found.get('domains'))).toEqual({ '': 0 });
    expect(found.get('events_total')!.samples).toEqual([]);
  });
});
