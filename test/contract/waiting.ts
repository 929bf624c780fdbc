import { describe, expect, it } from 'vitest';
import type { Evtchn } from 'xen-evtchn';
import { listeners } from './listeners.js';
import { arrived, join, type Programs, turn } from './programs.js';

/** Events of a storm. */
const ROUNDS = 200;

/** Waiting for the next event. */
export function waiting(programs: Programs): void {
  describe('pending', () => {
    it('resolves with an event that is there, whose port stays masked', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      expect(await back.pending()).toBe(remote);
      front.notify(local);
      expect(back.tryPending()).toBeUndefined();
      back.unmask(remote);
      expect(await back.pending()).toBe(remote);
    });

    it('resolves when an event comes, whose port stays masked', async () => {
      const { back, front, local, remote } = await programs.pair();
      const pending = back.pending();
      await turn();
      front.notify(local);
      expect(await pending).toBe(remote);
      front.notify(local);
      expect(back.tryPending()).toBeUndefined();
      back.unmask(remote);
      expect(await back.pending()).toBe(remote);
    });

    it('resolves with an event that is sent before it is waited on', async () => {
      const { back, front, local, remote } = await programs.pair();
      const pending = back.pending();
      front.notify(local);
      expect(await pending).toBe(remote);
    });

    it('hands each event to one of several, to who waited longest', async () => {
      const { back, front, local, remote } = await programs.pair();
      const order: number[] = [];
      const all = [0, 1, 2].map(async (who) => {
        const port = await back.pending();
        order.push(who);
        back.unmask(port);
        return port;
      });
      for (let round = 0; round < 3; round++) {
        front.notify(local);
        expect(await all[round]).toBe(remote);
        expect(order).toHaveLength(round + 1);
      }
      expect(order).toEqual([0, 1, 2]);
      expect(back.tryPending()).toBeUndefined();
    });

    it('is not overtaken by who comes when the event is there', async () => {
      const { back, front, joined } = await programs.channels(2);
      const first = back.pending();
      await turn();
      for (const { local } of joined) front.notify(local);
      const second = back.pending();
      expect(await Promise.all([first, second])).toEqual(joined.map(({ remote }) => remote));
    });

    it('hands several events out in the order in which they came', async () => {
      const { back, front, joined } = await programs.channels(3);
      const all = joined.map(() => back.pending());
      await turn();
      for (const { local } of joined) front.notify(local);
      expect(await Promise.all(all)).toEqual(joined.map(({ remote }) => remote));
    });

    it('keeps what came along with an event that was waited for', async () => {
      const { back, ports } = await programs.kept(4);
      expect(back.tryPending()).toBe(ports[1]);
      await arrived(back);
      expect(back.read(1)).toEqual([ports[2]]);
      expect(await back.pending()).toBe(ports[3]);
      expect(back.tryPending()).toBeUndefined();
    });

    it.each<[string, (back: Evtchn) => number[]]>([
      ['read', (back) => back.read(1)],
      ['readInto', (back) => [back.readInto(new Uint32Array(1))]],
      ['tryPending', (back) => [back.tryPending()!]],
    ])('finds what %s has left, of which there is no further word', async (_name, read) => {
      const { back, front, joined } = await programs.channels(2);
      const [first, second] = joined;
      const pending = back.pending();
      await turn();
      front.notify(first!.local);
      expect(await pending).toBe(first!.remote);
      back.unmask(first!.remote);
      for (const { local } of joined) front.notify(local);
      await arrived(back);
      expect(read(back)).toHaveLength(1);
      await turn();
      expect(await back.pending()).toBe(second!.remote);
    });

    it('waits on several handles at once', async () => {
      const { back, front, local, remote } = await programs.pair();
      const [first, second] = [back.pending(), front.pending()];
      await turn();
      back.notify(remote);
      expect(await second).toBe(local);
      front.notify(local);
      expect(await first).toBe(remote);
    });

    it('misses none of many', async () => {
      const { back, front, local, remote } = await programs.pair();
      const echo = (async () => {
        for (let round = 0; round < ROUNDS; round++) {
          expect(await back.pending()).toBe(remote);
          back.unmask(remote);
          back.notify(remote);
        }
      })();
      for (let round = 0; round < ROUNDS; round++) {
        front.notify(local);
        expect(await front.pending()).toBe(local);
        front.unmask(local);
      }
      await echo;
      expect([back.tryPending(), front.tryPending()]).toEqual([undefined, undefined]);
    });

    it('rejects everybody with EBADF when the handle is closed', async () => {
      const { back } = await programs.pair();
      const all = Promise.allSettled([back.pending(), back.pending()]);
      await turn();
      const late = Promise.allSettled([back.pending()]);
      back.close();
      for (const outcome of [...(await all), ...(await late)]) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { code: 'EBADF', message: expect.stringContaining('the handle is closed') },
        });
      }
    });

    it('leaves others alone when a handle is closed', async () => {
      const { back, front, local, remote } = await programs.pair();
      const other = programs.open();
      const ended = expect(other.pending()).rejects.toMatchObject({ code: 'EBADF' });
      const pending = back.pending();
      await turn();
      other.close();
      await ended;
      front.notify(local);
      expect(await pending).toBe(remote);
    });
  });

  describe('a signal that aborts', () => {
    const reason = new Error('enough');

    it('before there is a wait rejects it with its reason, and consumes nothing', async () => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await arrived(back);
      await expect(back.pending({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(back.tryPending()).toBe(remote);
    });

    it.each<[string, () => Promise<void>]>([
      ['as the wait begins', async () => {}],
      ['while it waits', turn],
    ])('%s rejects it with its reason; the next event is for another', async (_when, meanwhile) => {
      const { back, front, local, remote } = await programs.pair();
      const controller = new AbortController();
      const pending = back.pending({ signal: controller.signal });
      const other = back.pending();
      await meanwhile();
      controller.abort(reason);
      await expect(pending).rejects.toBe(reason);
      front.notify(local);
      expect(await other).toBe(remote);
    });

    it('as the event is sent consumes nothing', async () => {
      const { back, front, local, remote } = await programs.pair();
      const controller = new AbortController();
      const pending = back.pending({ signal: controller.signal });
      await turn();
      front.notify(local);
      controller.abort(reason);
      await expect(pending).rejects.toBe(reason);
      expect(await back.pending()).toBe(remote);
    });

    it('after the event came changes nothing', async () => {
      const { back, front, local, remote } = await programs.pair();
      const controller = new AbortController();
      const pending = back.pending({ signal: controller.signal });
      front.notify(local);
      expect(await pending).toBe(remote);
      controller.abort(reason);
      back.unmask(remote);
      front.notify(local);
      expect(await back.pending()).toBe(remote);
    });

    it('for the only one leaves a handle that can be waited on again', async () => {
      const { back, front, local, remote } = await programs.pair();
      for (let round = 0; round < 5; round++) {
        const controller = new AbortController();
        const pending = back.pending({ signal: controller.signal });
        await turn();
        controller.abort(reason);
        await expect(pending).rejects.toBe(reason);
      }
      front.notify(local);
      expect(await back.pending()).toBe(remote);
    });

    it('is listened to no longer than the wait', async () => {
      const { back, front, local } = await programs.pair();
      const { signal, count } = listeners();
      const pending = back.pending({ signal });
      expect(count()).toBe(1);
      front.notify(local);
      await pending;
      expect(count()).toBe(0);
      const closed = expect(back.pending({ signal })).rejects.toMatchObject({ code: 'EBADF' });
      back.close();
      await closed;
      expect(count()).toBe(0);
    });
  });

  describe('a connection of a handle with itself', () => {
    it('wakes who waits on it', async () => {
      const handle = programs.open();
      const { local, remote } = await join(handle, handle);
      const pending = handle.pending();
      await turn();
      handle.notify(remote);
      expect(await pending).toBe(local);
    });
  });
}
