import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { EFBIG, ENOMEM } from '../../../src/abi/errno.js';
import { POLLIN, POLLRDNORM } from '../../../src/abi/poll.js';
import { Demultiplexer } from '../../../src/client/demultiplexer.js';
import { settle } from './embedded-pair.js';
import { FakeSource, type FakeSourceOptions } from './fake-source.js';

/** A demultiplexer over a device with ports 1 to 8. Errors of the device go to those who wait. */
function setup(options: FakeSourceOptions = {}) {
  const source = new FakeSource([1, 2, 3, 4, 5, 6, 7, 8], options);
  const errors: number[] = [];
  const demultiplexer = new Demultiplexer(source, (syscall, errno) => {
    errors.push(errno);
    return new Error(`${syscall}: errno ${errno}`);
  });
  /** What each that waits got, in the order they came to wait. */
  const got: unknown[] = [];
  const wait = (signal?: AbortSignal) => {
    const place = got.push('waits') - 1;
    demultiplexer.wait(signal).then(
      (port) => {
        got[place] = port;
      },
      (error: Error) => {
        got[place] = error.message;
      },
    );
  };
  const channel = (port: number) => demultiplexer.channel(port, () => {});
  const read = (max = 8) => {
    const ports = new Uint32Array(max);
    const count = demultiplexer.takeInto(ports, max);
    return count < 0 ? count : [...ports.subarray(0, count)];
  };
  return { source, errors, demultiplexer, got, wait, channel, read };
}

describe('taking', () => {
  it('gives what the device gives while there is nothing else', () => {
    const { source, demultiplexer, read } = setup();
    expect(demultiplexer.plain).toBe(true);
    expect(demultiplexer.take()).toBe(0);
    for (const port of [3, 1, 2]) source.event(port);
    expect(demultiplexer.take()).toBe(3);
    expect(read()).toEqual([1, 2]);
    expect(read()).toEqual([]);
    expect(demultiplexer.plain).toBe(true);
  });

  it('gives what was kept first, and then what the device has, in order', async () => {
    const { source, demultiplexer, read, got, wait } = setup();
    wait();
    for (const port of [3, 1, 2]) source.event(port);
    await settle();
    expect(got).toEqual([3]);
    expect([demultiplexer.plain, demultiplexer.readiness]).toEqual([false, POLLIN | POLLRDNORM]);
    source.event(5);
    expect(demultiplexer.take()).toBe(1);
    expect(read()).toEqual([2, 5]);
    expect([demultiplexer.plain, demultiplexer.readiness]).toEqual([true, 0]);
  });

  it('takes no more than was asked for', async () => {
    const { source, demultiplexer, read, wait } = setup();
    wait();
    for (const port of [3, 1, 2]) source.event(port);
    await settle();
    source.event(5);
    expect(read(1)).toEqual([1]);
    expect(source.ring).toEqual([5]);
    expect(read(2)).toEqual([2, 5]);
    expect(demultiplexer.plain).toBe(true);
    expect(read(0)).toEqual([]);
  });

  it('passes over the ports of channels, which count them', () => {
    const { source, channel, read, demultiplexer } = setup();
    const two = channel(2);
    const four = channel(4);
    expect(demultiplexer.plain).toBe(false);
    for (const port of [2, 1, 4, 3, 5]) source.event(port);
    expect(read(2)).toEqual([1, 3]);
    expect([two.count, four.count]).toEqual([1, 1]);
    expect(source.ring).toEqual([5]);
    expect(demultiplexer.take()).toBe(5);
    two.close();
    four.close();
    expect(demultiplexer.plain).toBe(true);
  });

  it('asks again only where it got all it asked for', () => {
    const { source, channel, read } = setup();
    channel(2);
    for (const port of [2, 1, 3]) source.event(port);
    expect(read()).toEqual([1, 3]);
    expect(source.takes.splice(0)).toEqual([8]);
    source.enable(2);
    for (const port of [2, 4]) source.event(port);
    expect(read(2)).toEqual([4]);
    expect(source.takes).toEqual([2, 1]);
  });

  it('says what the device says of an error, after what was kept', async () => {
    const { source, demultiplexer, read, wait } = setup();
    wait();
    for (const port of [3, 1]) source.event(port);
    await settle();
    source.overflow();
    expect(read()).toEqual([1]);
    expect(read()).toBe(-EFBIG);
    expect(demultiplexer.take()).toBe(-EFBIG);
    source.reset();
    expect(demultiplexer.take()).toBe(0);
  });
});

describe.each([1, 4, 1024])('those who wait, %i at once', (batch) => {
  for (const looks of [false, true]) {
    it(`get one event each, who waits longest first${looks ? '; arming looks' : ''}`, async () => {
      const { source, got, wait } = setup({ batch, looks });
      for (let i = 0; i < 3; i++) wait();
      for (const port of [4, 2]) source.event(port);
      await settle();
      expect(got).toEqual([4, 2, 'waits']);
      expect(source.armed).toBe(true);
      source.event(1);
      await settle();
      expect(got).toEqual([4, 2, 1]);
      expect([source.armed, source.disarms]).toEqual([false, 1]);
    });

    it(`lose none of those that came along${looks ? '; arming looks' : ''}`, async () => {
      const { source, got, wait, read } = setup({ batch, looks });
      wait();
      for (const port of [1, 2, 3, 4, 5, 6, 7, 8]) source.event(port);
      await settle();
      expect(got).toEqual([1]);
      expect(source.ring.length).toBe(8 - Math.min(batch, 8));
      expect(read()).toEqual([2, 3, 4, 5, 6, 7, 8]);
    });
  }

  it('are found by what was there before they came', async () => {
    const { source, got, wait } = setup({ batch, looks: true });
    source.event(6);
    wait();
    expect(source.armed).toBe(false);
    await settle();
    expect(got).toEqual([6]);
  });

  it('look again as often as arming is refused', async () => {
    const { source, got, wait } = setup({ batch });
    source.refusals = 3;
    wait();
    await settle();
    expect([source.refusals, source.armed, source.takes.length]).toEqual([0, true, 2]);
    expect(got).toEqual(['waits']);
    source.event(2);
    await settle();
    expect(got).toEqual([2]);
  });

  it('do not mind word of nothing', async () => {
    const { source, got, wait } = setup({ batch });
    source.tellReady();
    expect([source.takes.length, source.arms]).toEqual([0, 0]);
    wait();
    source.tellReady();
    expect([source.takes.length, source.armed]).toEqual([1, true]);
    source.event(7);
    await settle();
    expect(got).toEqual([7]);
    source.event(8);
    source.tellReady();
    expect(source.ring).toEqual([8]);
  });

  it('who gave up take nothing', async () => {
    const { source, got, wait } = setup({ batch });
    const controller = new AbortController();
    wait(controller.signal);
    wait(controller.signal);
    source.event(7);
    controller.abort(new Error('enough'));
    expect([source.armed, source.disarms]).toEqual([false, 1]);
    await settle();
    expect(got).toEqual(['enough', 'enough']);
    expect(source.ring).toEqual([7]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('are counted once, though a signal tells those that it was told to forget', async () => {
    const { source, got, wait, channel } = setup({ batch });
    const told: (() => void)[] = [];
    const signal = {
      aborted: false,
      reason: new Error('enough'),
      addEventListener: (_type: 'abort', listener: () => void) => told.push(listener),
      removeEventListener: () => {},
    };
    wait(signal as never);
    const after = channel(2).after(0, { signal });
    wait();
    for (const port of [1, 2]) source.event(port);
    expect(await after).toBe(1);
    for (const listener of told) listener();
    await settle();
    expect([got, told.length, source.armed]).toEqual([[1, 'waits'], 2, true]);
    source.event(3);
    await settle();
    expect([got, source.disarms]).toEqual([[1, 3], 1]);
  });

  it('hear of errors, all of them, and can wait again', async () => {
    const { source, errors, got, wait, channel, demultiplexer } = setup({ batch });
    const controller = new AbortController();
    wait(controller.signal);
    wait();
    const rejected = Promise.allSettled([1, 1, 2].map((port) => channel(port).after(0)));
    await settle();
    source.overflow();
    await settle();
    expect(errors).toEqual([-EFBIG]);
    expect(got).toEqual([`read: errno ${-EFBIG}`, `read: errno ${-EFBIG}`]);
    for (const outcome of await rejected) expect(outcome.status).toBe('rejected');
    expect([source.armed, source.disarms]).toEqual([false, 1]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect([channel(1).closed, channel(2).closed]).toEqual([false, false]);
    source.reset();
    demultiplexer.discard();
    wait();
    expect(source.armed).toBe(true);
    source.event(3);
    await settle();
    expect(got[2]).toBe(3);
  });
});

describe('channels among those who wait', () => {
  it('get their events, and what is between them is for the others', async () => {
    const { source, got, wait, channel, read } = setup();
    wait();
    const two = channel(2).after(0);
    for (const port of [2, 1, 3]) source.event(port);
    expect(await two).toBe(1);
    await settle();
    expect(got).toEqual([1]);
    expect(source.armed).toBe(false);
    expect(read()).toEqual([3]);
  });

  it('count what was kept of their port', async () => {
    const { source, wait, channel, read } = setup();
    wait();
    for (const port of [1, 2, 3]) source.event(port);
    await settle();
    // Somebody who waits for another port has this event of 2 taken, too.
    const eight = channel(8).after(0);
    source.enable(2);
    for (const port of [2, 8]) source.event(port);
    await eight;
    const two = channel(2);
    expect(two.count).toBe(2);
    expect(await two.after(1)).toBe(2);
    expect(read()).toEqual([3]);
  });

  it('leave what was kept for the others when they are closed', async () => {
    const { source, wait, channel, read } = setup();
    wait();
    for (const port of [1, 3, 4]) source.event(port);
    await settle();
    channel(2).close();
    channel(4).close();
    expect(read()).toEqual([3]);
  });

  it('made while others wait take only events of their own', async () => {
    const { source, got, wait, channel } = setup();
    wait();
    await settle();
    const two = channel(2);
    source.event(2);
    await settle();
    expect([two.count, got[0], source.armed]).toEqual([1, 'waits', true]);
    two.close();
    source.enable(2);
    source.event(2);
    await settle();
    expect(got[0]).toBe(2);
  });

  it('are unmasked together, after the device was armed', async () => {
    const { source, channel } = setup();
    const armed: boolean[] = [];
    const unmask = source.unmask.bind(source);
    source.unmask = (ports, count) => {
      armed.push(source.armed);
      return unmask(ports, count);
    };
    const waits = [1, 2, 3].map((port) => channel(port).after(0));
    waits.push(channel(2).after(0));
    expect(source.unmasks).toEqual([]);
    await settle();
    expect(source.unmasks).toEqual([[1, 2, 3]]);
    expect(armed).toEqual([true]);
    for (const port of [1, 2, 3]) source.event(port);
    expect(await Promise.all(waits)).toEqual([1, 1, 1, 1]);
    expect(source.armed).toBe(false);
    await settle();
    expect(source.unmasks.length).toBe(1);
  });

  it('are unmasked a page at a time', async () => {
    const ports = Array.from({ length: 2500 }, (_, i) => i + 1);
    const source = new FakeSource(ports);
    const demultiplexer = new Demultiplexer(source, () => expect.unreachable());
    const waits = ports.map((port) => demultiplexer.channel(port, () => {}).after(0));
    await settle();
    expect(source.unmasks.map((some) => some.length)).toEqual([1024, 1024, 452]);
    expect(source.unmasks.flat()).toEqual(ports);
    for (const port of ports) source.event(port);
    expect(await Promise.all(waits)).toEqual(ports.map(() => 1));
  });

  it('whose unmasking fails tell those who wait on them, and are unmasked by the next who waits', async () => {
    const { source, errors, demultiplexer, got, wait, channel } = setup();
    const [first, second] = [channel(1), channel(2)];
    source.event(1);
    expect(demultiplexer.takeInto(new Uint32Array(8), 8)).toBe(0);
    source.unmaskErrno = -ENOMEM;
    wait();
    const waits = [first.after(1), second.after(0)];
    const outcomes = Promise.allSettled(waits);
    await settle();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ reason: { message: `write: errno ${-ENOMEM}` } });
    }
    expect(errors).toEqual([-ENOMEM]);
    expect([got, source.armed]).toEqual([['waits'], true]);

    source.unmaskErrno = 0;
    const again = first.after(1);
    source.event(1);
    expect(await again).toBe(2);
  });

  it('that nobody waits on any more are not unmasked', async () => {
    const { source, channel } = setup();
    const controller = new AbortController();
    const given = channel(1).after(0, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await settle();
    expect([source.unmasks, source.armed]).toEqual([[], false]);
    const later = channel(1).after(0);
    await settle();
    expect(source.unmasks).toEqual([[1]]);
    source.event(1);
    expect(await later).toBe(1);
  });
});

describe('the end', () => {
  it('is an error for all, and leaves neither channels nor ports', async () => {
    const { source, got, wait, channel, demultiplexer } = setup();
    wait();
    for (const port of [1, 2]) source.event(port);
    await settle();
    expect(demultiplexer.readiness).not.toBe(0);
    const controller = new AbortController();
    wait(controller.signal);
    const three = channel(3);
    const after = three.after(0);
    const end = new Error('the end');
    demultiplexer.end(end);
    expect([source.armed, source.disarms]).toEqual([false, 2]);
    await expect(after).rejects.toBe(end);
    await expect(three.after(0)).rejects.toBe(end);
    await settle();
    expect(got).toEqual([1, 'the end']);
    expect(three.closed).toBe(true);
    expect([demultiplexer.plain, demultiplexer.readiness]).toEqual([true, 0]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(source.unmasks).toEqual([]);
  });

  it('in the turn of the event is the end of it', async () => {
    const { source, got, wait, demultiplexer } = setup();
    wait();
    source.event(1);
    demultiplexer.end(new Error('the end'));
    await settle();
    expect(got).toEqual(['the end']);
    expect(source.takes).toEqual([]);
  });
});
