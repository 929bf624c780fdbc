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
  turns = 0;
  waits: boolean | undefined;
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

  setWaiting(waits: boolean): void {
    this.waits = waits;
  }
}

/** A channel nobody asks anything. */
function idle(): CountedChannel {
  return new CountedChannel(() => expect.fail('nothing was asked'));
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
  describe('with several channels', () => {
    it('turns one that is readable, and stops when told', () => {
      const wakeup = eventfd();
      const channel = new CountedChannel((turn) => {
        if (turn === 3) writeDescriptor(wakeup, ONE, ONE.length);
        else channel.ask();
        return 'open';
      });
      const loop = new ServingLoop(leapingClock(), wakeup, () => {});
      loop.add(idle());
      loop.add(channel);
      channel.ask();
      expect(loop.run()).toBeUndefined();
      expect(channel.turns).toBe(3);
    });

    it('has none of them wait, as the others would have to', () => {
      const loop = new ServingLoop(leapingClock(), eventfd(), () => {});
      const channels = [idle(), new CountedChannel(() => 'gone')] as const;
      for (const channel of channels) loop.add(channel);
      channels[1].ask();
      loop.run();
      expect(channels.map(({ waits }) => waits)).toEqual([false, false]);
    });

    it('ends when one is gone, and says which', () => {
      const loop = new ServingLoop(leapingClock(), eventfd(), () => {});
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

    it('asks one whose descriptor is closed, which ends it', () => {
      const loop = new ServingLoop(leapingClock(), eventfd(), () => {});
      const closed = new CountedChannel(() => 'gone');
      loop.add(idle());
      loop.add(closed);
      closeDescriptor(closed.fd);
      // A descriptor that is closed is POLLNVAL: the channel is asked, and finds out.
      expect(loop.run()).toBe(closed);
    });

    it('does not let time stand still for requests: the clock is at the time of the loop', () => {
      let now = 100;
      const clock = new TurnClock(() => now);
      const seen: number[] = [];
      const channel = new CountedChannel((turn) => {
        seen.push(clock.now());
        now += 7;
        channel.ask();
        return turn === 2 ? 'gone' : 'open';
      });
      const loop = new ServingLoop(clock, eventfd(), () => {});
      loop.add(idle());
      loop.add(channel);
      channel.ask();
      loop.run();
      expect(seen).toEqual([100, 107]);
    });
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
    for (const channel of [idle(), idle()]) loop.add(channel);
    expect(loop.run()).toBeUndefined();
    expect(order).toEqual(['timer at 5', 'told']);
  });

  describe('with one channel', () => {
    it('lets it wait, and looks at the wake-up when it is interrupted', () => {
      const wakeup = eventfd();
      const channel = new CountedChannel((turn) => {
        expect(channel.waits).toBe(true);
        // Readable all the time: whoever polled would have stopped before.
        if (turn === 1) writeDescriptor(wakeup, ONE, ONE.length);
        return turn === 3 ? 'interrupted' : 'open';
      });
      const loop = new ServingLoop(leapingClock(), wakeup, () => {});
      loop.add(channel);
      expect(loop.run()).toBeUndefined();
      expect(channel.turns).toBe(3);
    });

    it('goes on when it was interrupted for nothing', () => {
      const channel = new CountedChannel((turn) => {
        if (turn === 1) channel.ask();
        return turn === 1 ? 'interrupted' : 'gone';
      });
      const loop = new ServingLoop(leapingClock(), eventfd(), () => {});
      loop.add(channel);
      expect(loop.run()).toBe(channel);
      expect(channel.turns).toBe(2);
    });

    it('waits for the next timer all the same, and only then lets the channel wait again', () => {
      const clock = leapingClock();
      const order: string[] = [];
      const channel = new CountedChannel((turn) => {
        order.push(`turn ${turn}, waits: ${channel.waits}`);
        if (turn === 1) {
          clock.schedule(5, () => order.push(`timer at ${clock.now()}, waits: ${channel.waits}`));
        }
        return turn === 1 ? 'open' : 'gone';
      });
      const loop = new ServingLoop(clock, eventfd(), () => order.push('told'));
      loop.add(channel);
      loop.run();
      expect(order).toEqual([
        'turn 1, waits: true',
        'timer at 5, waits: false',
        'told',
        'turn 2, waits: true',
      ]);
    });

    it('has the time of each request when somebody asks, and the same throughout', () => {
      let now = 0;
      const clock = new TurnClock(() => now);
      const seen: number[] = [];
      const channel = new CountedChannel((turn) => {
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
  });
});
