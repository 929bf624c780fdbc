import { describe, expect, it } from 'vitest';
import { type Evtchn, POLLERR } from 'xen-evtchn';
import { listeners } from './listeners.js';
import { overflow, type Programs, turn } from './programs.js';

/** How waiting on a channel ends otherwise than by an event. */
export function channelEnds(programs: Programs): void {
  async function counted() {
    const pair = await programs.pair();
    return { ...pair, channel: pair.back.channel(pair.remote) };
  }

  describe('a wait on a channel', () => {
    const reason = new Error('enough');

    it('that a signal has aborted already rejects with its reason', async () => {
      const { channel, front, local } = await counted();
      front.notify(local);
      await expect(channel.after(0, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(await channel.after(0)).toBe(1);
    });

    it.each<[string, () => Promise<void>]>([
      ['as it begins', async () => {}],
      ['while it waits', turn],
    ])(
      'that a signal aborts %s rejects with its reason; others wait on',
      async (_when, meanwhile) => {
        const { channel, front, local } = await counted();
        const controller = new AbortController();
        const after = channel.after(0, { signal: controller.signal });
        const other = channel.after(0);
        await meanwhile();
        controller.abort(reason);
        await expect(after).rejects.toBe(reason);
        front.notify(local);
        expect(await other).toBe(1);
      },
    );

    it('that a signal aborts as the event is sent loses none', async () => {
      const { channel, front, local } = await counted();
      const controller = new AbortController();
      const after = channel.after(0, { signal: controller.signal });
      await turn();
      front.notify(local);
      controller.abort(reason);
      await expect(after).rejects.toBe(reason);
      expect(await channel.after(0)).toBe(1);
    });

    it('listens to its signal no longer than it waits', async () => {
      const { channel, front, local } = await counted();
      const { signal, count } = listeners();
      const after = channel.after(0, { signal });
      expect(count()).toBe(1);
      front.notify(local);
      await after;
      expect(count()).toBe(0);
      const canceled = expect(channel.after(1, { signal })).rejects.toMatchObject({
        code: 'ECANCELED',
      });
      channel.close();
      await canceled;
      expect(count()).toBe(0);
    });

    it.each<[string, (front: Evtchn, local: number) => void]>([
      ['goes on', () => {}],
      ['goes on, though its event was thrown away,', (front, local) => front.notify(local)],
    ])('%s over a reset', async (_how, before) => {
      const { back, channel, front, local } = await counted();
      const after = channel.after(0);
      await turn();
      before(front, local);
      back.reset();
      await turn();
      front.notify(local);
      expect(await after).toBe(1);
    });

    it('rejects with EFBIG after an overflow, and can go on after a reset', async () => {
      const pair = await programs.pair();
      const { back, front, local, remote } = pair;
      overflow(pair);
      const channel = back.channel(remote);
      await expect(channel.after(0)).rejects.toMatchObject({ code: 'EFBIG' });
      back.reset();
      expect(back.poll() & POLLERR).toBe(0);
      const after = channel.after(channel.count);
      front.notify(local);
      expect(await after).toBeGreaterThan(0);
    });
  });

  describe('a channel that is closed', () => {
    it.each<[string, (pair: Awaited<ReturnType<typeof counted>>) => void]>([
      ['closed', ({ channel }) => channel.close()],
      ['ended by unbind', ({ back, remote }) => back.unbind(remote)],
    ])('or %s rejects everybody with ECANCELED, who waits and who would', async (_how, end) => {
      const pair = await counted();
      const { channel, front, local } = pair;
      front.notify(local);
      expect(await channel.after(0)).toBe(1);
      const all = Promise.allSettled([channel.after(1), channel.after(5)]);
      await turn();
      const late = Promise.allSettled([channel.after(1)]);
      end(pair);
      for (const outcome of [...(await all), ...(await late)]) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { code: 'ECANCELED', message: expect.stringContaining(`port ${pair.remote}`) },
        });
      }
      expect(channel).toMatchObject({ closed: true, count: 1 });
      await expect(channel.after(0)).rejects.toMatchObject({ code: 'ECANCELED' });
    });

    it('by unbind leaves the others of the handle open', async () => {
      const { back, front, joined } = await programs.channels(2);
      const [gone, other] = joined.map(({ remote }) => back.channel(remote));
      const after = other!.after(0);
      back.unbind(joined[0]!.remote);
      expect([gone!.closed, other!.closed]).toEqual([true, false]);
      front.notify(joined[1]!.local);
      expect(await after).toBe(1);
    });

    it('leaves its port bound, and what comes to other forms of waiting', async () => {
      const { back, channel, front, local, remote } = await counted();
      front.notify(local);
      await channel.after(0);
      channel.close();
      back.unmask(remote);
      front.notify(local);
      expect(await back.pending()).toBe(remote);
    });

    it('is what using does; twice does nothing', async () => {
      const { channel } = await counted();
      channel[Symbol.dispose]();
      channel.close();
      expect(channel.closed).toBe(true);
      await expect(channel.after(0)).rejects.toMatchObject({ code: 'ECANCELED' });
    });
  });
}
