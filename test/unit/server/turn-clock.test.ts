import { beforeEach, describe, expect, it } from 'vitest';
import { TurnClock } from '../../../src/server/turn-clock.js';

describe('TurnClock', () => {
  let real = 0;
  let looks = 0;
  let clock: TurnClock;

  beforeEach(() => {
    real = 1000;
    clock = new TurnClock(() => {
      looks++;
      return real;
    });
    looks = 0;
  });

  it('stands still within a turn', () => {
    real = 1500;
    expect(clock.now()).toBe(1000);
    clock.newTurn();
    expect(clock.now()).toBe(1500);
    real = 1600;
    expect(clock.now()).toBe(1500);
  });

  it('looks at real time only when asked, and once', () => {
    for (let turn = 0; turn < 10; turn++) clock.newTurn();
    expect(looks).toBe(0);
    clock.now();
    clock.now();
    expect(looks).toBe(1);
  });

  it('counts a timer from the turn it was asked for in', () => {
    const ran: number[] = [];
    real = 2000;
    clock.newTurn();
    clock.schedule(1500, () => ran.push(clock.now()));
    expect(ran).toEqual([]);
    expect(clock.untilNext).toBe(-500);
    expect(clock.advance()).toBe(true);
    expect(ran).toEqual([2000]);
    expect([clock.nextAt, clock.untilNext]).toEqual([undefined, undefined]);
  });

  it('runs timers when it is moved on, and says whether there were any', () => {
    const ran: number[] = [];
    clock.schedule(1010, () => ran.push(clock.now()));
    clock.schedule(1020, () => ran.push(clock.now()));
    expect([clock.nextAt, clock.untilNext]).toEqual([1010, 10]);
    real = 1009;
    expect(clock.advance()).toBe(false);
    real = 1015;
    expect(clock.advance()).toBe(true);
    expect(ran).toEqual([1010]);
    expect(clock.now()).toBe(1015);
    expect(clock.untilNext).toBe(5);
  });

  it('never goes back', () => {
    real = 900;
    clock.newTurn();
    expect(clock.now()).toBe(1000);
    expect(clock.advance()).toBe(false);
    expect(clock.now()).toBe(1000);
  });
});
