import { describe, expect, it } from 'vitest';
import { XenHost } from '../../src/index.js';

/** The table of ports was grown to reach the number before the number was checked: gigabytes, or a RangeError from inside. */
describe('BIND_STATIC of a port beyond the ABI', () => {
  it.each([131072, 0x0fffffff, 0xffffffff])('is ENOMEM for %i, and allocates nothing', (port) => {
    const domain = new XenHost().createDomain({ domid: 0, bindStatic: true });
    const handle = domain.openEvtchn();
    const before = domain.driver!.ports.byteLength;
    expect(() => handle.bindStatic(port)).toThrow(expect.objectContaining({ code: 'ENOMEM' }));
    expect(domain.driver!.ports.byteLength).toBe(before);
  });
});
