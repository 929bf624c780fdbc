import { describe, expect, it } from 'vitest';
import { parseSnapshot, snapshotText } from '../../../src/snapshot/snapshot-text.js';
import { stuckPorts } from '../../../src/snapshot/stuck-ports.js';
import { Scene } from './scene.js';

describe('a snapshot as text', () => {
  it('reads as what was written', () => {
    const scene = new Scene();
    const { front, local } = scene.pair();
    front.notify(local);
    const snapshot = scene.wait(2000).snapshot({ wallTime: 5 });
    const text = snapshotText(snapshot);
    expect(snapshotText(parseSnapshot(text))).toBe(text);
    // Not toStrictEqual: what is undefined is not written.
    expect(parseSnapshot(text)).toEqual(snapshot);
    expect(stuckPorts(parseSnapshot(text))).toEqual(stuckPorts(snapshot));
  });

  it.each([
    ['', 'this is not the state of a host: Unexpected end of JSON input'],
    ['port state\n1 virq', 'this is not the state of a host: '],
    ['null', 'this is not the state of a host: it has no version or no domains'],
    ['7', 'this is not the state of a host: it has no version or no domains'],
    ['{"version":"1","domains":[]}', 'it has no version or no domains'],
    ['{"version":1}', 'it has no version or no domains'],
    [
      '{"version":2,"domains":[]}',
      'the state of the host is in version 2 of its layout, this program reads version 1: use the xen-evtchn that serves the host',
    ],
  ])('is refused if it is %j', (text, message) => {
    expect(() => parseSnapshot(text)).toThrow(message);
  });
});
