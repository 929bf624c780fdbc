import { describe, expect, it } from 'vitest';
import { DOMID_SELF, VIRQ_TBUF } from 'xen-evtchn';
import { arrived, failure, type Programs } from './programs.js';

/** A domain that nobody has: the last number of a guest. */
const NOBODY = 0x7fef;
/** The first number that is no virtual interrupt. */
const NO_VIRQ = 24;

/** Ports: how they come to be, are refused, and go. */
export function binding(programs: Programs): void {
  describe('binding', () => {
    it('gives a port that no other handle has', () => {
      const handles = [programs.open(), programs.open()];
      const ports = [1, 2, 3].flatMap(() =>
        handles.map((each) => each.bindUnboundPort(DOMID_SELF)),
      );
      expect(new Set(ports).size).toBe(6);
      expect(Math.min(...ports)).toBeGreaterThan(0);
    });

    it('to a domain that is not there yet is no error', () => {
      expect(programs.open().bindUnboundPort(NOBODY)).toBeGreaterThan(0);
    });

    it('gives the connected port an event at once, and the other none', async () => {
      const back = programs.open();
      const front = programs.open();
      const remote = back.bindUnboundPort(DOMID_SELF);
      const local = front.bindInterdomain(DOMID_SELF, remote);
      expect(local).not.toBe(remote);
      expect(await front.pending()).toBe(local);
      expect(front.tryPending()).toBeUndefined();
      expect(back.tryPending()).toBeUndefined();
    });

    it.each([
      ['no port', 'EINVAL', () => 0],
      ['a port far out', 'EINVAL', () => 0xffffffff],
      ['a port that is connected', 'EINVAL', (remote: number) => remote],
    ])('to %s is refused', async (_what, code, portOf) => {
      const { front, remote } = await programs.pair();
      const error = failure(() => front.bindInterdomain(DOMID_SELF, portOf(remote)));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(/the remote port must exist, be unbound/);
    });

    it('to a port that was made for another domain is refused', () => {
      const remote = programs.open().bindUnboundPort(NOBODY);
      const front = programs.open();
      expect(failure(() => front.bindInterdomain(DOMID_SELF, remote)).code).toBe('EINVAL');
    });

    it('to no domain is refused', () => {
      const error = failure(() => programs.open().bindInterdomain(NOBODY, 1));
      expect(error.code).toBe('ESRCH');
      expect(error.message).toMatch(/there is no such domain/);
    });

    it('of a virtual interrupt is for one handle of the domain, until that has unbound it', () => {
      const [first, second] = [programs.open(), programs.open()];
      const port = first.bindVirq(VIRQ_TBUF);
      expect(port).toBeGreaterThan(0);
      expect(failure(() => first.bindVirq(VIRQ_TBUF)).code).toBe('EEXIST');
      expect(failure(() => second.bindVirq(VIRQ_TBUF)).code).toBe('EEXIST');
      expect(first.tryPending()).toBeUndefined();
      first.unbind(port);
      expect(second.bindVirq(VIRQ_TBUF)).toBeGreaterThan(0);
    });

    it('of a virtual interrupt that does not exist is refused', () => {
      expect(failure(() => programs.open().bindVirq(NO_VIRQ)).code).toBe('EINVAL');
      expect(failure(() => programs.open().bindVirq(0xffffffff)).code).toBe('EINVAL');
    });

    it('of a static port depends on the kernel, which has it for all ports or none', () => {
      const [own, other] = [programs.open(), programs.open()];
      const port = own.bindUnboundPort(DOMID_SELF);
      const codes = [own, other].map((each) => failure(() => each.bindStatic(port)).code);
      const { bindStatic = codes[0] !== 'ENOSYS' } = programs.subject;
      expect(codes).toEqual(bindStatic ? ['EISCONN', 'EBUSY'] : ['ENOSYS', 'ENOSYS']);
      expect(own.unbind(port)).toBeUndefined();
    });
  });

  describe('unbinding', () => {
    it('takes the port from the handle', async () => {
      const { back, remote } = await programs.pair();
      back.unbind(remote);
      expect(failure(() => back.notify(remote)).code).toBe('ENOTCONN');
      expect(failure(() => back.unbind(remote)).code).toBe('ENOTCONN');
    });

    it('leaves an unread event of it to be read', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      back.unbind(remote);
      expect(back.tryPending()).toBe(remote);
      expect(back.tryPending()).toBeUndefined();
    });

    it('is not told to the peer, whose events are lost without an error', async () => {
      const { back, front, local, remote } = await programs.pair();
      back.unbind(remote);
      expect(front.notify(local)).toBeUndefined();
      expect(front.tryPending()).toBeUndefined();
    });

    it('leaves the peer a port that can be connected to anew', async () => {
      const { back, front, local, remote } = await programs.pair();
      back.unbind(remote);
      const again = back.bindInterdomain(DOMID_SELF, local);
      expect(await back.pending()).toBe(again);
      back.notify(again);
      expect(await front.pending()).toBe(local);
    });

    it.each([
      ['a port beyond those set up', 'EINVAL', 0xffffffff],
      ['port 0', 'ENOTCONN', 0],
    ])('of %s is refused', (_what, code, port) => {
      expect(failure(() => programs.open().unbind(port)).code).toBe(code);
    });
  });
}
