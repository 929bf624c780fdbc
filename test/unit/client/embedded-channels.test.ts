import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { overflow, pair, settle } from './embedded-pair.js';

/** As `pair`, with another channel between the two, and an {@link EvtchnChannel} for the first. */
function setup() {
  const made = pair();
  const otherRemote = made.back.bindUnboundPort(5);
  const otherLocal = made.front.bindInterdomain(0, otherRemote);
  return { ...made, otherRemote, otherLocal, channel: made.back.channel(made.remote) };
}

describe('a channel of an embedded handle', () => {
  it('carries events to and fro', async () => {
    const { front, local, channel } = setup();
    const answers = (async () => {
      const other = front.channel(local);
      for (let seen = other.count; seen < 100; ) {
        seen = await other.after(seen);
        other.notify();
      }
    })();
    for (let seen = 0; seen < 100; ) {
      channel.notify();
      seen = await channel.after(seen);
    }
    await answers;
    expect(channel.count).toBe(100);
  });

  it('misses no event that comes while it works', async () => {
    const { front, local, channel, waiting } = setup();
    let seen = channel.count;
    for (let turn = 1; turn <= 5; turn++) {
      front.notify(local);
      front.notify(local);
      seen = await channel.after(seen);
    }
    expect(seen).toBe(5);
    expect(waiting()).toBe(0);
  });

  it('leaves the events of other ports to the others', async () => {
    const { back, front, local, otherLocal, otherRemote, channel, waiting } = setup();
    const pending = back.pending();
    const after = channel.after(0);
    front.notify(otherLocal);
    expect(await pending).toBe(otherRemote);
    expect(waiting()).toBe(1);
    front.notify(local);
    expect(await after).toBe(1);
    expect(waiting()).toBe(0);
  });

  it('has events of others kept for them, and poll tells of those', async () => {
    const { back, front, local, otherLocal, otherRemote, channel } = setup();
    const after = channel.after(0);
    await settle();
    front.notify(otherLocal);
    front.notify(local);
    await after;
    expect(back.poll() & 1).toBe(1);
    expect(back.read()).toEqual([otherRemote]);
    expect(back.poll() & 1).toBe(0);
  });

  it('does not unmask while nobody waits for more', async () => {
    const { dom0, back, front, local, remote, channel } = setup();
    front.notify(local);
    await channel.after(0);
    front.notify(local);
    await settle();
    expect(channel.count).toBe(1);
    expect(back.tryPending()).toBeUndefined();
    expect(dom0.hypercalls.status(0, remote).status).toBe(2);
    expect(await channel.after(1)).toBe(2);
  });

  it('can be waited on in a turn of a loop over the others', async () => {
    const { back, front, local, otherLocal, otherRemote, channel } = setup();
    front.notify(otherLocal);
    for await (const port of back) {
      expect(port).toBe(otherRemote);
      front.notify(local);
      expect(await channel.after(0)).toBe(1);
      break;
    }
    front.notify(otherLocal);
    expect(back.tryPending()).toBe(otherRemote);
  });

  it('ends with its port; bound anew, it has another', async () => {
    const { back, front, local, remote, channel } = setup();
    const after = channel.after(0);
    back.unbind(remote);
    await expect(after).rejects.toMatchObject({ code: 'ECANCELED', syscall: 'read' });
    front.unbind(local);
    expect(back.bindUnboundPort(5)).toBe(remote);
    const again = front.bindInterdomain(0, remote);
    const next = back.channel(remote);
    front.notify(again);
    expect(await next.after(0)).toBe(1);
    expect(channel.count).toBe(0);
  });

  it('hears of an overflow until reset, and goes on after it', async () => {
    const made = setup();
    const { back, front, local, channel, waiting } = made;
    overflow(made);
    await expect(channel.after(0)).rejects.toMatchObject({ code: 'EFBIG' });
    await expect(channel.after(0)).rejects.toMatchObject({ code: 'EFBIG' });
    expect(waiting()).toBe(0);
    back.reset();
    front.notify(local);
    expect(await channel.after(0)).toBe(1);
  });

  it('goes on when reset throws its event away', async () => {
    const { back, front, local, channel } = setup();
    const after = channel.after(0);
    await settle();
    front.notify(local);
    back.reset();
    await settle();
    expect(channel.count).toBe(0);
    front.notify(local);
    expect(await after).toBe(1);
  });

  it.each<[string, (made: ReturnType<typeof setup>) => void, string]>([
    ['closed', ({ back }) => back.close(), 'EBADF'],
    ['destroyed', ({ dom0 }) => dom0.destroy(), 'ENODEV'],
  ])('ends with its handle: %s', async (_how, end, code) => {
    const made = setup();
    const { channel, waiting } = made;
    const { signal } = new AbortController();
    const after = channel.after(0, { signal });
    end(made);
    await expect(after).rejects.toMatchObject({ code });
    await expect(channel.after(0)).rejects.toMatchObject({ code });
    expect([channel.closed, waiting()]).toEqual([true, 0]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('the signal of an embedded handle', () => {
  it('closes it: who waits is rejected with its reason, and nothing stays behind', async () => {
    const { dom0, dom5, remote } = setup();
    const controller = new AbortController();
    const handle = dom0.openEvtchn({ signal: controller.signal });
    const port = handle.bindUnboundPort(5);
    const given = [handle.pending(), handle.channel(port).after(0)];
    const reason = new Error('enough');
    controller.abort(reason);
    for (const outcome of await Promise.allSettled(given)) {
      expect(outcome).toEqual({ status: 'rejected', reason });
    }
    expect(handle.closed).toBe(true);
    expect(dom0.driver!.openFiles.size).toBe(1);
    expect(dom0.hypercalls.status(0, port).status).toBe(0);
    expect(dom0.hypercalls.status(0, remote).status).toBe(2);
    expect(dom5.destroyed).toBe(false);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('is listened to no more by a handle that is closed, or whose domain is destroyed', () => {
    const { dom0 } = setup();
    const { signal } = new AbortController();
    const handles = [dom0.openEvtchn({ signal }), dom0.openEvtchn({ signal })];
    handles[0]!.close();
    expect(getEventListeners(signal, 'abort').length).toBe(1);
    dom0.destroy();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
