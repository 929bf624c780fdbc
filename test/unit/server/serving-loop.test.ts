import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.js';
import {
  closeDescriptor,
  openEventfd,
  readDescriptor,
  writeDescriptor,
} from '../../../src/native/descriptor.js';
import type { ChannelState } from '../../../src/server/channel.js';
import { type LoopChannel, ServingLoop } from '../../../src/server/serving-loop.js';

const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);
const descriptors: number[] = [];

function eventfd(): number {
  const fd = openEventfd();
  descriptors.push(fd);
  return fd;
}

/** A channel whose requests are eventfd signals. */
class CountedChannel implements LoopChannel {
  readonly fd = eventfd();
  turns = 0;
  readonly #onTurn: (turn: number) => ChannelState;

  constructor(onTurn: (turn: number) => ChannelState) {
    this.#onTurn = onTurn;
  }

  ask(): void {
    writeDescriptor(this.fd, ONE, ONE.length);
  }

  turn(): ChannelState {
    readDescriptor(this.fd, new Uint8Array(8), 8);
    this.turns++;
    return this.#onTurn(this.turns);
  }
}

/** Real time, except that a wait is over at once: each look at it finds the next timer due. */
function leap(clock: ManualClock): () => number {
  return () => clock.nextAt ?? clock.now();
}

afterEach(() => {
  for (const fd of descriptors.splice(0)) closeDescriptor(fd);
});

describe('ServingLoop', () => {
  it('turns a readable channel and stops when told', () => {
    const wakeup = eventfd();
    const clock = new ManualClock();
    const channel = new CountedChannel((turn) => {
      if (turn === 3) writeDescriptor(wakeup, ONE, ONE.length);
      else channel.ask();
      return 'open';
    });
    const loop = new ServingLoop(clock, wakeup, leap(clock), () => {});
    loop.add(channel);
    channel.ask();
    expect(loop.run()).toBeUndefined();
    expect(channel.turns).toBe(3);
  });

  it('ends when a channel is gone, and says which', () => {
    const clock = new ManualClock();
    const loop = new ServingLoop(clock, eventfd(), leap(clock), () => {});
    const first = new CountedChannel(() => 'open');
    const second = new CountedChannel((turn) => {
      if (turn === 1) second.ask();
      return turn === 1 ? 'open' : 'gone';
    });
    loop.add(first);
    loop.add(second);
    first.ask();
    second.ask();
    expect(loop.run()).toBe(second);
    expect([first.turns, second.turns]).toEqual([1, 2]);
  });

  it('runs timers of the host when they are due, and says so', () => {
    const wakeup = eventfd();
    const clock = new ManualClock();
    const order: string[] = [];
    clock.schedule(5, () => order.push(`timer at ${clock.now()}`));
    const loop = new ServingLoop(clock, wakeup, leap(clock), () => {
      order.push('told');
      writeDescriptor(wakeup, ONE, ONE.length);
    });
    loop.add(new CountedChannel(() => 'open'));
    expect(loop.run()).toBeUndefined();
    expect(order).toEqual(['timer at 5', 'told']);
  });

  it('does not let time stand still for requests: the clock is at the time of the loop', () => {
    const wakeup = eventfd();
    const clock = new ManualClock(100);
    let now = 100;
    const seen: number[] = [];
    const channel = new CountedChannel((turn) => {
      seen.push(clock.now());
      now += 7;
      if (turn === 2) writeDescriptor(wakeup, ONE, ONE.length);
      else channel.ask();
      return 'open';
    });
    const loop = new ServingLoop(
      clock,
      wakeup,
      () => now,
      () => {},
    );
    loop.add(channel);
    channel.ask();
    loop.run();
    expect(seen).toEqual([100, 107]);
  });

  it('asks a channel whose descriptor is closed, which ends it', () => {
    const clock = new ManualClock();
    const loop = new ServingLoop(clock, eventfd(), leap(clock), () => {});
    const channel = new CountedChannel(() => 'gone');
    loop.add(channel);
    closeDescriptor(channel.fd);
    // A descriptor that is closed is POLLNVAL: the channel is asked, and finds out.
    expect(loop.run()).toBe(channel);
  });
});
