import { describe, expect, it } from 'vitest';
import { arrived, failure, join, type Pair, type Programs, turn } from './programs.js';

/** Events of a storm. */
const ROUNDS = 200;

/** What a channel counts, and whose the events of its port are. */
export function channels(programs: Programs): void {
  /** A pair, with a channel over the port that has the events. */
  async function counted() {
    const pair = await programs.pair();
    return { ...pair, channel: pair.back.channel(pair.remote) };
  }

  /** Reads an event of `back`, which leaves its port masked, and sends another. */
  async function readAndSend({ back, front, local, remote }: Pair): Promise<void> {
    front.notify(local);
    await arrived(back);
    expect(back.tryPending()).toBe(remote);
    front.notify(local);
  }

  describe('a channel', () => {
    it('is of a port, has seen nothing, and is open', async () => {
      const { channel, remote } = await counted();
      expect(channel).toMatchObject({ port: remote, count: 0, closed: false });
    });

    it('is the same one however often it is asked for, until it is closed', async () => {
      const { back, channel, remote } = await counted();
      expect(back.channel(remote)).toBe(channel);
      channel.close();
      const next = back.channel(remote);
      expect(next).not.toBe(channel);
      expect(next).toMatchObject({ count: 0, closed: false });
    });

    it('counts the events that it waits for', async () => {
      const { channel, front, local } = await counted();
      for (let seen = 0; seen < 3; seen++) {
        const after = channel.after(seen);
        await turn();
        front.notify(local);
        expect(await after).toBe(seen + 1);
        expect(channel.count).toBe(seen + 1);
      }
    });

    it('has seen an event that came between looking and waiting', async () => {
      const { channel, front, local } = await counted();
      const seen = channel.count;
      front.notify(local);
      expect(await channel.after(seen)).toBe(seen + 1);
    });

    it('counts several that come while nobody waits as one', async () => {
      const { back, channel, front, local } = await counted();
      front.notify(local);
      const seen = await channel.after(0);
      for (let i = 0; i < 3; i++) front.notify(local);
      expect(await channel.after(seen)).toBe(2);
      // Nothing more is there: the next that it counts is the next that is sent.
      const after = channel.after(2);
      expect(back.tryPending()).toBeUndefined();
      expect(channel.count).toBe(2);
      front.notify(local);
      expect(await after).toBe(3);
    });

    it.each<[string, (pair: Pair) => void]>([
      ['before it waits', () => {}],
      ['before it waits, and was counted by a read', ({ back }) => expect(back.read()).toEqual([])],
    ])('leaves the port masked by an event that came %s', async (_when, meanwhile) => {
      const pair = await counted();
      const { back, channel, front, local } = pair;
      front.notify(local);
      await arrived(back);
      meanwhile(pair);
      expect(await channel.after(0)).toBe(1);
      for (let i = 0; i < 3; i++) front.notify(local);
      expect(back.read()).toEqual([]);
      expect(channel.count).toBe(1);
      expect(await channel.after(1)).toBe(2);
      expect(back.read()).toEqual([]);
      expect(channel.count).toBe(2);
    });

    it('has the answer at once if more were seen already', async () => {
      const { channel, front, local } = await counted();
      for (let seen = 0; seen < 3; seen++) {
        front.notify(local);
        await channel.after(seen);
      }
      expect(await Promise.all([0, 1, 2].map((count) => channel.after(count)))).toEqual([3, 3, 3]);
    });

    it('wakes everybody who waits for no more than were seen, and nobody else', async () => {
      const { channel, front, local } = await counted();
      const log: string[] = [];
      const waiters = [0, 2, 0, 1].map(async (count) => {
        log.push(`${count}:${await channel.after(count)}`);
      });
      front.notify(local);
      await Promise.all([waiters[0], waiters[2]]);
      expect(log).toEqual(['0:1', '0:1']);
      front.notify(local);
      await waiters[3];
      expect(log).toEqual(['0:1', '0:1', '1:2']);
      front.notify(local);
      await waiters[1];
      expect(log).toEqual(['0:1', '0:1', '1:2', '2:3']);
    });

    it('unmasks, by waiting, a port that was read before there was a channel', async () => {
      const pair = await programs.pair();
      await readAndSend(pair);
      expect(await pair.back.channel(pair.remote).after(0)).toBe(1);
    });

    it('does not unmask the port by looking', async () => {
      const pair = await programs.pair();
      await readAndSend(pair);
      const channel = pair.back.channel(pair.remote);
      expect(channel.count).toBe(0);
      expect(pair.back.read()).toEqual([]);
      expect(channel.count).toBe(0);
    });

    it('counts an event of its port that was kept along with another', async () => {
      const { back, front, joined } = await programs.channels(2);
      const [first, second] = joined.map(({ remote }) => remote);
      const pending = back.pending();
      await turn();
      for (const { local } of joined) front.notify(local);
      expect(await pending).toBe(first);
      expect(await back.channel(second!).after(0)).toBe(1);
      expect(back.tryPending()).toBeUndefined();
    });

    it('sends events, as the handle does', async () => {
      const { back, channel, front, local, remote } = await counted();
      channel.notify();
      expect(await front.pending()).toBe(local);
      back.unbind(remote);
      expect(failure(() => channel.notify()).code).toBe('ENOTCONN');
    });

    it('misses none of many', async () => {
      const { back, channel, front, local } = await counted();
      const answers = front.channel(local);
      const echo = (async () => {
        for (let seen = 0; seen < ROUNDS; ) {
          seen = await channel.after(seen);
          channel.notify();
        }
      })();
      for (let seen = 0; seen < ROUNDS; ) {
        answers.notify();
        seen = await answers.after(seen);
      }
      await echo;
      expect([channel.count, answers.count]).toEqual([ROUNDS, ROUNDS]);
      expect([back.tryPending(), front.tryPending()]).toEqual([undefined, undefined]);
    });
  });

  describe('an event of a port that has a channel', () => {
    it('is not for who reads the handle, but is counted by that', async () => {
      const { back, front, joined } = await programs.channels(2);
      const [counting, other] = joined;
      const channel = back.channel(counting!.remote);
      for (const { local } of joined) front.notify(local);
      await arrived(back);
      expect(back.tryPending()).toBe(other!.remote);
      expect(back.read()).toEqual([]);
      expect(channel.count).toBe(1);
    });

    it('is not for who waits on the handle, but is counted by that', async () => {
      const { back, front, joined } = await programs.channels(2);
      const [counting, other] = joined;
      const channel = back.channel(counting!.remote);
      const pending = back.pending();
      await turn();
      for (const { local } of joined) front.notify(local);
      expect(await pending).toBe(other!.remote);
      expect(channel.count).toBe(1);
    });

    it('is not for a loop over the handle', async () => {
      const { back, front, joined } = await programs.channels(3);
      const channel = back.channel(joined[1]!.remote);
      const got: number[] = [];
      for (const { local } of joined) front.notify(local);
      for await (const port of back) if (got.push(port) === 2) break;
      expect(got).toEqual([joined[0]!.remote, joined[2]!.remote]);
      expect(await channel.after(0)).toBe(1);
    });

    it('wakes each channel for its own', async () => {
      const { back, front, joined } = await programs.channels(3);
      const all = joined.map(({ remote }) => back.channel(remote));
      for (const [at, { local }] of [...joined.entries()].reverse()) {
        const after = all[at]!.after(0);
        front.notify(local);
        expect(await after).toBe(1);
      }
      expect(all.map(({ count }) => count)).toEqual([1, 1, 1]);
    });

    it('is found where both ports of a connection are the handle’s', async () => {
      const handle = programs.open();
      const { local, remote } = await join(handle, handle);
      const after = handle.channel(remote).after(0);
      handle.notify(local);
      expect(await after).toBe(1);
      handle.notify(remote);
      expect(await handle.pending()).toBe(local);
    });
  });
}
