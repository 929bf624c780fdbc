import { describe, expect, it } from 'vitest';
import { failure } from '../../contract/programs.js';
import { overflow, pair, settle } from './embedded-pair.js';

describe('waiting', () => {
  it('resolves at once with an event that is there', async () => {
    const { back, front, local, remote, waiting } = pair();
    front.notify(local);
    expect(await back.pending()).toBe(remote);
    expect(waiting()).toBe(0);
  });

  it('resolves when an event comes, and the port stays masked', async () => {
    const { back, front, local, remote, waiting } = pair();
    const pending = back.pending();
    expect(waiting()).toBe(1);
    front.notify(local);
    expect(await pending).toBe(remote);
    expect(waiting()).toBe(0);
    front.notify(local);
    expect(back.tryPending()).toBeUndefined();
    back.unmask(remote);
    expect(back.tryPending()).toBe(remote);
  });

  it('hands each event to one of several, and the rest go on waiting', async () => {
    const { back, front, local, remote, waiting } = pair();
    const got: number[] = [];
    const all = Promise.all([1, 2, 3].map(async () => got.push(await back.pending())));
    for (let round = 1; round <= 3; round++) {
      front.notify(local);
      await settle();
      expect(got).toEqual(new Array(round).fill(remote));
      expect(waiting()).toBe(round < 3 ? 1 : 0);
      back.unmask(remote);
    }
    await all;
    expect(back.tryPending()).toBeUndefined();
  });

  it('hands an event to who waits longest, not to who asks before that one was told', async () => {
    const { back, front, local, remote } = pair();
    const first = back.pending();
    front.notify(local);
    const second = back.pending();
    expect(await first).toBe(remote);
    back.unmask(remote);
    front.notify(local);
    expect(await second).toBe(remote);
  });

  it('rejects everybody with EBADF when the handle is closed', async () => {
    const { back, waiting } = pair();
    const all = Promise.allSettled([back.pending(), back.pending()]);
    expect(waiting()).toBe(1);
    const count = waiting;
    back.close();
    for (const outcome of await all) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'EBADF', errno: -9, message: expect.stringContaining('handle is closed') },
      });
    }
    expect(count()).toBe(0);
  });

  it('rejects with ENODEV when the domain is destroyed', async () => {
    const { back, dom0, waiting } = pair();
    const pending = back.pending();
    const count = waiting;
    dom0.destroy();
    await expect(pending).rejects.toMatchObject({ code: 'ENODEV', errno: -19 });
    expect(count()).toBe(0);
    expect(back.closed).toBe(true);
    expect(failure(() => back.notify(1))).toMatchObject({ code: 'ENODEV' });
    expect(failure(() => back.notify(1)).message).toMatch(/domain was destroyed/);
  });

  it('with an aborted signal rejects with its reason and consumes nothing', async () => {
    const { back, front, local, remote, waiting } = pair();
    front.notify(local);
    const reason = new Error('enough');
    await expect(back.pending({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(waiting()).toBe(0);
    expect(back.tryPending()).toBe(remote);
  });

  it('aborted meanwhile rejects with its reason and leaves nobody on the queue', async () => {
    const { back, front, local, remote, waiting } = pair();
    const controller = new AbortController();
    const reason = new Error('enough');
    const pending = back.pending({ signal: controller.signal });
    expect(waiting()).toBe(1);
    controller.abort(reason);
    expect(waiting()).toBe(0);
    const other = back.pending();
    await expect(pending).rejects.toBe(reason);
    front.notify(local);
    expect(await other).toBe(remote);
  });

  it('aborted in the same turn as the event consumes nothing', async () => {
    const { back, front, local, remote } = pair();
    const controller = new AbortController();
    const pending = back.pending({ signal: controller.signal });
    front.notify(local);
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    expect(back.tryPending()).toBe(remote);
  });
});

// The rest of it is in test/contract/iterating.ts.
describe('iterating', () => {
  it('rejects with ENODEV when the domain is destroyed while it waits', async () => {
    const { back, dom0 } = pair();
    const next = back[Symbol.asyncIterator]().next();
    dom0.destroy();
    await expect(next).rejects.toMatchObject({ code: 'ENODEV' });
  });

  it('rejects with ENODEV when the domain is destroyed in a turn', async () => {
    const { back, dom0, front, local } = pair();
    front.notify(local);
    const loop = async () => {
      for await (const _port of back) dom0.destroy();
    };
    await expect(loop()).rejects.toMatchObject({ code: 'ENODEV' });
  });

  it('rejects with EFBIG after an overflow', async () => {
    const made = pair();
    overflow(made);
    await expect(made.back[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'EFBIG',
    });
  });
});
