import { describe, expect, it } from 'vitest';
import { DOMID_SELF, VIRQ_TBUF } from 'xen-evtchn';
import { failure, type Programs } from './programs.js';

/** A domain that nobody has, and another. */
const NOBODY = 0x7fef;
const NOBODY_ELSE = 0x7fee;

/** Handles that may connect to one domain only. */
export function restricting(programs: Programs): void {
  describe('a restricted handle', () => {
    it.each<[string, (handle: ReturnType<Programs['open']>) => unknown]>([
      ['connect to another domain', (handle) => handle.bindInterdomain(DOMID_SELF, 1)],
      ['connect to a third', (handle) => handle.bindInterdomain(NOBODY_ELSE, 1)],
      ['make a port', (handle) => handle.bindUnboundPort(NOBODY)],
      ['bind a virtual interrupt', (handle) => handle.bindVirq(VIRQ_TBUF)],
      ['be restricted again', (handle) => handle.restrict(NOBODY)],
    ])('may not %s', (_what, call) => {
      const handle = programs.open();
      handle.restrict(NOBODY);
      const error = failure(() => call(handle));
      expect(error.code).toBe('EACCES');
      expect(error.message).toMatch(/bind before restrict\(\)/);
    });

    it('may connect to its domain, if there is one', () => {
      const handle = programs.open();
      handle.restrict(NOBODY);
      expect(failure(() => handle.bindInterdomain(NOBODY, 1)).code).toBe('ESRCH');
    });

    it('keeps what it has', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.restrict(NOBODY);
      back.notify(remote);
      expect(await front.pending()).toBe(local);
      front.unmask(local);
      front.notify(local);
      expect(await back.pending()).toBe(remote);
      expect(front.unbind(local)).toBeUndefined();
    });

    it('restricts no other', () => {
      programs.open().restrict(NOBODY);
      expect(programs.open().bindUnboundPort(DOMID_SELF)).toBeGreaterThan(0);
    });

    it.each([0, DOMID_SELF, 0xffff])('cannot be of domain %i, and is not then', (domid) => {
      const handle = programs.open();
      expect(failure(() => handle.restrict(domid)).code).toBe('EINVAL');
      expect(handle.bindUnboundPort(DOMID_SELF)).toBeGreaterThan(0);
    });
  });
}
