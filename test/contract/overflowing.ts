import { describe, expect, it } from 'vitest';
import { type Evtchn, POLLERR, POLLIN, POLLOUT } from 'xen-evtchn';
import { arrived, failure, overflow, type Programs, turn } from './programs.js';

/** Lost events, and starting anew. */
export function overflowing(programs: Programs): void {
  describe('reset', () => {
    it('throws unread events away; their ports stay masked', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      back.reset();
      expect(back.tryPending()).toBeUndefined();
      expect(back.poll() & POLLIN).toBe(0);
      front.notify(local);
      expect(back.tryPending()).toBeUndefined();
      back.unmask(remote);
      expect(await back.pending()).toBe(remote);
    });

    it('throws away what was kept along with another event', async () => {
      const { back, front, joined, ports } = await programs.kept(3);
      back.reset();
      expect(back.read()).toEqual([]);
      back.unmask(ports);
      front.notify(joined[2]!.local);
      expect(await back.pending()).toBe(ports[2]);
    });

    it('leaves who waits waiting', async () => {
      const { back, front, local, remote } = await programs.pair();
      const pending = back.pending();
      await turn();
      back.reset();
      front.notify(local);
      expect(await pending).toBe(remote);
    });

    it('is of its handle alone', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      front.reset();
      expect(back.tryPending()).toBe(remote);
    });
  });

  describe('an overflow', () => {
    it.each<[string, (back: Evtchn) => unknown]>([
      ['tryPending', (back) => back.tryPending()],
      ['read', (back) => back.read()],
      ['readInto', (back) => back.readInto(new Uint32Array(4))],
    ])('makes %s fail until there is a reset', async (_name, call) => {
      const pair = await programs.pair();
      overflow(pair);
      for (let i = 0; i < 2; i++) {
        const error = failure(() => call(pair.back));
        expect(error).toMatchObject({ code: 'EFBIG', errno: -27, syscall: 'read' });
        expect(error.message).toMatch(/events were lost: reset\(\)/);
      }
      pair.back.reset();
      expect(() => call(pair.back)).not.toThrow();
    });

    it('makes pending reject, also for who waits already', async () => {
      const pair = await programs.pair();
      overflow(pair);
      const all = await Promise.allSettled([pair.back.pending(), pair.back.pending()]);
      for (const outcome of all) expect(outcome).toMatchObject({ reason: { code: 'EFBIG' } });
    });

    it('is over with a reset: events come again', async () => {
      const pair = await programs.pair();
      const { back, front, local, remote } = pair;
      overflow(pair);
      expect(back.poll() & (POLLIN | POLLOUT | POLLERR)).toBe(POLLERR);
      back.reset();
      expect(back.poll() & (POLLIN | POLLOUT | POLLERR)).toBe(POLLOUT);
      back.unmask(remote);
      front.notify(local);
      expect(await back.pending()).toBe(remote);
    });

    it('is of its handle alone', async () => {
      const pair = await programs.pair();
      overflow(pair);
      pair.back.notify(pair.remote);
      expect(await pair.front.pending()).toBe(pair.local);
    });
  });
}
