import { afterEach, describe, expect, it } from 'vitest';
import {
  closeDescriptor,
  openEventfd,
  readDescriptor,
  writeDescriptor,
} from '../../../src/native/descriptor.js';
import type { ChannelState } from '../../../src/server/channel.js';
import { type LoopChannel, ServingLoop } from '../../../src/server/serving-loop.js';
import { TurnClock } from '../../../src/server/turn-clock.js';

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
  readonly waits: boolean = false;
  turns = 0;
  closed = 0;
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

  close(): void {
    this.closed++;
  }
}

/** A channel that waits by itself, which the test pretends. */
class WaitingChannel extends CountedChannel {
  override readonly waits = true;
}

/** Real time, except that a wait is over at once: each look at it finds the next timer due. */
function leapingClock(): TurnClock {
  let time = 0;
  let nextAt = (): number | undefined => undefined;
  const clock = new TurnClock(() => {
    time = nextAt() ?? time;
    return time;
  });
  nextAt = () => clock.nextAt;
  return clock;
}

afterEach(() => {
  for (const fd of descriptors.splice(0)) closeDescriptor(fd);
});

describe('ServingLoop', () => {
  it('turns a readable channel and stops when told', () => {
    const wakeup = eventfd();
    const clock = leapingClock();
    const channel = new CountedChannel((turn) => {
      if (turn === 3) writeDescriptor(wakeup, ONE, ONE.length);
      else channel.ask();
      return 'open';
    });
    const loop = new ServingLoop(clock, wakeup, () => {});
    loop.add(channel);
    channel.ask();
    expect(loop.run()).toBe('stopped');
    expect(channel.turns).toBe(3);
    expect(channel.closed).toBe(0);
  });

  it('ends, with the channel closed, when the last channel is gone', () => {
    const clock = leapingClock();
    const loop = new ServingLoop(clock, eventfd(), () => {});
    const first = new CountedChannel(() => 'gone');
    const second = new CountedChannel((turn) => {
      if (turn === 1) first.ask();
      return turn === 1 ? 'open' : 'gone';
    });
    const askAgain = () => second.ask();
    const close = first.close.bind(first);
    first.close = () => {
      close();
      askAgain();
    };
    loop.add(first);
    loop.add(second);
    second.ask();
    expect(loop.run()).toBe('unmounted');
    expect([first.closed, second.closed]).toEqual([1, 1]);
    expect([first.turns, second.turns]).toEqual([1, 2]);
  });

  it('runs timers of the host when they are due, and says so', () => {
    const wakeup = eventfd();
    const clock = leapingClock();
    const order: string[] = [];
    clock.schedule(5, () => order.push(`timer at ${clock.now()}`));
    const loop = new ServingLoop(clock, wakeup, () => {
      order.push('told');
      writeDescriptor(wakeup, ONE, ONE.length);
    });
    loop.add(new CountedChannel(() => 'open'));
    expect(loop.run()).toBe('stopped');
    expect(order).toEqual(['timer at 5', 'told']);
  });

  it('does not let time stand still for requests: the clock is at the time of the loop', () => {
    const wakeup = eventfd();
    let now = 100;
    const clock = new TurnClock(() => now);
    const seen: number[] = [];
    const channel = new CountedChannel((turn) => {
      seen.push(clock.now());
      now += 7;
      if (turn === 2) writeDescriptor(wakeup, ONE, ONE.length);
      else channel.ask();
      return 'open';
    });
    const loop = new ServingLoop(clock, wakeup, () => {});
    loop.add(channel);
    channel.ask();
    loop.run();
    expect(seen).toEqual([100, 107]);
  });

  it('asks a channel whose descriptor is closed, which ends it', () => {
    const clock = leapingClock();
    const loop = new ServingLoop(clock, eventfd(), () => {});
    const many = Array.from({ length: 3 }, () => new CountedChannel(() => 'gone'));
    for (const channel of many) loop.add(channel);
    for (const { fd } of many) closeDescriptor(fd);
    // A descriptor that is closed is POLLNVAL: the channel is asked, and finds out.
    expect(loop.run()).toBe('unmounted');
    expect(many.map(({ closed }) => closed)).toEqual([1, 1, 1]);
  });

  describe('with one channel that waits by itself', () => {
    it('lets it wait, and looks at the wake-up when it is interrupted', () => {
      const wakeup = eventfd();
      const channel = new WaitingChannel((turn) => {
        // Readable all the time: whoever polled would have stopped before.
        if (turn === 1) writeDescriptor(wakeup, ONE, ONE.length);
        return turn === 3 ? 'interrupted' : 'open';
      });
      const loop = new ServingLoop(leapingClock(), wakeup, () => {});
      loop.add(channel);
      expect(loop.run()).toBe('stopped');
      expect([channel.turns, channel.closed]).toEqual([3, 0]);
    });

    it('goes on when it was interrupted for nothing', () => {
      const channel = new WaitingChannel((turn) => {
        if (turn === 1) channel.ask();
        return turn === 1 ? 'interrupted' : 'gone';
      });
      const loop = new ServingLoop(leapingClock(), eventfd(), () => {});
      loop.add(channel);
      expect(loop.run()).toBe('unmounted');
      expect([channel.turns, channel.closed]).toEqual([2, 1]);
    });

    it('waits for the next timer all the same', () => {
      const clock = leapingClock();
      const order: string[] = [];
      const channel = new WaitingChannel((turn) => {
        order.push(`turn ${turn}`);
        if (turn === 1) clock.schedule(5, () => order.push(`timer at ${clock.now()}`));
        return turn === 1 ? 'open' : 'gone';
      });
      const loop = new ServingLoop(clock, eventfd(), () => order.push('told'));
      loop.add(channel);
      loop.run();
      expect(order).toEqual(['turn 1', 'timer at 5', 'told', 'turn 2']);
    });

    it('has the time of each request when somebody asks, and the same throughout', () => {
      let now = 0;
      const clock = new TurnClock(() => now);
      const seen: number[] = [];
      const channel = new WaitingChannel((turn) => {
        now = turn * 10;
        seen.push(clock.now());
        now++;
        seen.push(clock.now());
        return turn === 2 ? 'gone' : 'open';
      });
      const loop = new ServingLoop(clock, eventfd(), () => {});
      loop.add(channel);
      loop.run();
      expect(seen).toEqual([10, 10, 20, 20]);
    });

    it('polls when there is another', () => {
      const wakeup = eventfd();
      const channel = new WaitingChannel(() => expect.fail('nothing was asked'));
      const loop = new ServingLoop(leapingClock(), wakeup, () => {});
      loop.add(channel);
      loop.add(new CountedChannel(() => expect.fail('nothing was asked')));
      writeDescriptor(wakeup, ONE, ONE.length);
      expect(loop.run()).toBe('stopped');
    });
  });
});
