import { describe, expect, it } from 'vitest';
import { EFBIG, ENODEV } from '../../../src/abi/errno.js';
import { EmbeddedSource } from '../../../src/client/embedded-source.js';
import type { OpenFile } from '../../../src/devices/evtchn/open-file.js';
import { overflow, pair, settle } from './embedded-pair.js';

/** A source over the file of `back`, and how often it gave word. */
function source() {
  const made = pair();
  const [device] = made.dom0.driver!.openFiles.values();
  const found = new EmbeddedSource(device as OpenFile);
  const word = { times: 0 };
  found.attach(() => word.times++);
  return { ...made, source: found, ports: new Uint32Array(8), word };
}

describe('the source of an embedded handle', () => {
  it('takes what is there, and nothing', () => {
    const { source: from, front, local, remote, ports } = source();
    expect(from.take(ports, 8)).toBe(0);
    front.notify(local);
    expect(from.take(ports, 8)).toBe(1);
    expect(ports[0]).toBe(remote);
    expect(from.take(ports, 8)).toBe(0);
  });

  it('unmasks the first ports of an array', () => {
    const { source: from, front, local, remote, ports } = source();
    front.notify(local);
    from.take(ports, 8);
    front.notify(local);
    ports.set([77, remote]);
    from.unmask(ports, 1);
    expect(from.take(ports, 8)).toBe(0);
    ports.set([77, remote]);
    from.unmask(ports, 2);
    expect(from.take(ports, 8)).toBe(1);
  });

  it('gives word once, after the turn in which the event came', async () => {
    const { source: from, front, local, waiting, word, back } = source();
    expect(from.arm()).toBe(true);
    expect(waiting()).toBe(1);
    front.notify(local);
    back.read();
    back.unmask(1);
    expect(word.times).toBe(0);
    await settle();
    expect(word.times).toBe(1);
  });

  it('gives one word of events that come in one turn, and another of later ones', async () => {
    const { source: from, front, back, local, remote, word } = source();
    from.arm();
    for (let i = 0; i < 3; i++) {
      front.notify(local);
      back.unmask(back.read());
    }
    await settle();
    expect(word.times).toBe(1);
    front.notify(local);
    await settle();
    expect(word.times).toBe(2);
    expect(back.tryPending()).toBe(remote);
  });

  it('does not arm where there is something already', () => {
    const { source: from, front, local, waiting } = source();
    front.notify(local);
    expect(from.arm()).toBe(false);
    expect(waiting()).toBe(0);
  });

  it('is on the queue once, and off it when disarmed', () => {
    const { source: from, waiting } = source();
    from.disarm();
    expect(from.arm() && from.arm()).toBe(true);
    expect(waiting()).toBe(1);
    from.disarm();
    expect(waiting()).toBe(0);
  });

  it('says why nothing can be taken', () => {
    const made = source();
    overflow(made);
    expect(made.source.take(made.ports, 8)).toBe(-EFBIG);
    expect(made.source.arm()).toBe(false);
  });

  it('says that the domain is gone', () => {
    const { dom0, ports } = source();
    const lost = new EmbeddedSource(dom0.open().operations as OpenFile);
    dom0.destroy();
    expect(lost.take(ports, 8)).toBe(-ENODEV);
    expect(lost.arm()).toBe(false);
  });
});
