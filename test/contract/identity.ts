import { describe, expect, it } from 'vitest';
import { POLLERR, POLLIN, POLLOUT } from 'xen-evtchn';
import { arrived, failure, join, type Programs } from './programs.js';

/** What a handle is, before anything is done with it. */
export function identity(programs: Programs): void {
  describe('a handle', () => {
    it('says what it is, and is open', () => {
      expect(programs.open()).toMatchObject({ kind: programs.subject.kind, closed: false });
    });

    it('has a descriptor of its own if it is a file, and -1 if it is none', () => {
      const [first, second] = [programs.open().fd, programs.open().fd];
      if (programs.subject.kind === 'embedded') {
        expect([first, second]).toEqual([-1, -1]);
      } else {
        expect(Math.min(first, second)).toBeGreaterThan(2);
        expect(first).not.toBe(second);
      }
    });

    it('has no event, and can be written to', () => {
      const handle = programs.open();
      expect(handle.tryPending()).toBeUndefined();
      expect(handle.read()).toEqual([]);
      expect(handle.poll() & (POLLIN | POLLOUT | POLLERR)).toBe(POLLOUT);
    });

    it('returns itself from ref and unref', () => {
      const handle = programs.open();
      expect(handle.unref()).toBe(handle);
      expect(handle.ref()).toBe(handle);
    });

    it('has its own events and ports, not those of another', async () => {
      const { back, front, local, remote } = await programs.pair();
      const other = programs.open();
      front.notify(local);
      await arrived(back);
      expect(other.poll() & POLLIN).toBe(0);
      expect(other.tryPending()).toBeUndefined();
      expect(failure(() => other.notify(local)).code).toBe('ENOTCONN');
      expect(failure(() => other.unbind(remote)).code).toBe('ENOTCONN');
      expect(back.tryPending()).toBe(remote);
      other.unmask(remote);
      front.notify(local);
      expect(back.tryPending()).toBeUndefined();
    });

    it('can be connected to itself', async () => {
      const handle = programs.open();
      const { local, remote } = await join(handle, handle);
      handle.notify(local);
      expect(await handle.pending()).toBe(remote);
      handle.notify(remote);
      expect(await handle.pending()).toBe(local);
    });
  });
}
