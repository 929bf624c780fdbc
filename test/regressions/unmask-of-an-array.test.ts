import { describe, expect, it } from 'vitest';
import { XenHost } from '../../src/index.js';

/**
 * The test for a single port turned an array into a number, through its text: unmasking many ports cost as much as joining
 * them, and an array of one port counted as that port.
 */
describe('unmask of an array', () => {
  it('never looks at the text of the array', () => {
    const handle = new XenHost().createDomain({ domid: 0 }).openEvtchn();
    const port = handle.bindInterdomain(0, handle.bindUnboundPort(0));
    expect(handle.tryPending()).toBe(port);
    class Silent extends Uint32Array {
      override toString(): string {
        throw new Error('the array was turned into text');
      }
      override join(): string {
        throw new Error('the array was joined');
      }
    }
    handle.notify(port - 1);
    handle.unmask(Silent.of(port));
    expect(handle.tryPending()).toBe(port);
  });
});
