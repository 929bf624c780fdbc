import { describe, expect, it } from 'vitest';
import type { Evtchn } from 'xen-evtchn';
import { arrived, overflow, type Programs, turn } from './programs.js';

/** Events of a storm. */
const ROUNDS = 100;

/** `for await` over a handle. */
export function iterating(programs: Programs): void {
  describe('for await', () => {
    it('gets each event, and unmasks its port when the turn is over', async () => {
      const { back, front, local, remote } = await programs.pair();
      let turns = 0;
      front.notify(local);
      for await (const port of back) {
        expect(port).toBe(remote);
        // Masked now: this one is remembered until the turn is over.
        front.notify(local);
        expect(back.tryPending()).toBeUndefined();
        if (++turns === 3) break;
      }
      expect(await back.pending()).toBe(remote);
    });

    it('merges what comes during a turn that takes its time', async () => {
      const { back, front, local } = await programs.pair();
      const counts: number[] = [];
      front.notify(local);
      for await (const _port of back) {
        if (counts.push(counts.length) === 2) break;
        for (let i = 0; i < 3; i++) {
          front.notify(local);
          await turn();
        }
      }
      expect(back.tryPending()).toBeUndefined();
    });

    it.each<[string, (back: Evtchn) => Promise<void>]>([
      [
        'break',
        async (back) => {
          for await (const _port of back) break;
        },
      ],
      [
        'return',
        async (back) => {
          for await (const _port of back) return;
        },
      ],
      [
        'an exception',
        async (back) => {
          const loop = async () => {
            for await (const _port of back) throw new Error('inside');
          };
          await expect(loop()).rejects.toThrow('inside');
        },
      ],
      [
        'the iterator’s return',
        async (back) => {
          const iterator = back[Symbol.asyncIterator]();
          await iterator.next();
          await iterator.return?.();
        },
      ],
    ])('left by %s unmasks the port, so that no event is lost', async (_how, run) => {
      const { back, front, local, remote } = await programs.pair();
      front.notify(local);
      await run(back);
      front.notify(local);
      expect(await back.pending()).toBe(remote);
    });

    it('that is left leaves what else came to be read', async () => {
      const { back, front, joined } = await programs.channels(3);
      const ports = joined.map(({ remote }) => remote);
      const first = back[Symbol.asyncIterator]();
      const next = first.next();
      await turn();
      for (const { local } of joined) front.notify(local);
      expect(await next).toEqual({ done: false, value: ports[0] });
      await first.return?.();
      expect([await back.pending(), await back.pending()]).toEqual(ports.slice(1));
      expect(back.tryPending()).toBeUndefined();
    });

    it('over one handle twice shares its events', async () => {
      const { back, front, local } = await programs.pair();
      const got = [0, 0];
      const loops = got.map(async (_count, who) => {
        for await (const _port of back) {
          got[who]!++;
          back.notify(_port);
        }
      });
      for (let round = 0; round < ROUNDS; round++) {
        front.notify(local);
        front.unmask(await front.pending());
      }
      back.close();
      await Promise.all(loops);
      expect(got).toEqual([ROUNDS / 2, ROUNDS / 2]);
    });

    it('goes on where a port is unbound in its turn', async () => {
      const { back, front, joined } = await programs.channels(2);
      const got: number[] = [];
      for (const { local } of joined) front.notify(local);
      for await (const port of back) {
        got.push(port);
        back.unbind(port);
        if (got.length === 2) break;
      }
      expect(got).toEqual(joined.map(({ remote }) => remote));
    });

    it('ends when the handle is closed while it waits', async () => {
      const { back } = await programs.pair();
      const got: number[] = [];
      const loop = (async () => {
        for await (const port of back) got.push(port);
        return 'ended';
      })();
      await turn();
      back.close();
      expect(await loop).toBe('ended');
      expect(got).toEqual([]);
    });

    it('ends when the handle is closed in a turn, whatever events there are', async () => {
      const { back, front, joined } = await programs.channels(2);
      for (const { local } of joined) front.notify(local);
      await arrived(back);
      let turns = 0;
      for await (const _port of back) {
        turns++;
        back.close();
      }
      expect(turns).toBe(1);
    });

    it('ends at once over a handle that is closed', async () => {
      const handle = programs.open();
      handle.close();
      expect(await handle[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
    });

    it('rejects with EFBIG after an overflow', async () => {
      const pair = await programs.pair();
      overflow(pair);
      const next = pair.back[Symbol.asyncIterator]().next();
      await expect(next).rejects.toMatchObject({ code: 'EFBIG' });
    });
  });
}
