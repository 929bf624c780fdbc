import { describe, expect, it } from 'vitest';
import { findChannel } from '../../../src/snapshot/find-channel.js';
import { Scene } from './scene.js';

describe('findChannel', () => {
  it('finds each channel of a domain, and none between, before or after them', () => {
    const scene = new Scene();
    const handle = scene.dom0.openEvtchn();
    for (let i = 0; i < 20; i++) handle.bindUnboundPort(7);
    for (const port of [1, 4, 5, 20]) handle.unbind(port);
    const [domain] = scene.snapshot().domains;
    const found = Array.from({ length: 30 }, (_, port) => findChannel(domain!, port)?.port);
    const gone = new Set([0, 1, 4, 5, 20]);
    expect(found).toEqual(
      Array.from({ length: 30 }, (_, port) => (gone.has(port) || port > 20 ? undefined : port)),
    );
    expect(findChannel(scene.snapshot().domains[1]!, 1)).toBeUndefined();
  });
});
