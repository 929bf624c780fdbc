import { describe, expect, it } from 'vitest';
import { WaitSlots } from '../../../src/device-file/wait-slots.js';

/** Slots as both threads have them. */
function slots(): { here: WaitSlots; there: WaitSlots } {
  const here = new WaitSlots();
  return { here, there: new WaitSlots(here.buffer) };
}

/** What the bell brings: the slots that are ready. */
function heard(here: WaitSlots): number[] {
  here.heard();
  const ready: number[] = [];
  for (let slot = here.next(); slot >= 0; slot = here.next()) ready.push(slot);
  return ready;
}

describe('WaitSlots', () => {
  it('tells an event of a handle that is waited for, once, and rings', () => {
    const { here, there } = slots();
    here.open(3);
    expect(there.fired(3)).toBe(true);
    expect(there.fired(3)).toBe(false);
    expect(heard(here)).toEqual([3]);
    expect(heard(here)).toEqual([]);
  });

  it('rings once until the bell is heard, for however many', () => {
    const { here, there } = slots();
    for (const slot of [0, 1, 2]) here.open(slot);
    expect([there.fired(2), there.fired(0)]).toEqual([true, false]);
    expect(heard(here)).toEqual([2, 0]);
    expect(there.fired(1)).toBe(true);
    expect(heard(here)).toEqual([1]);
  });

  it('remembers an event that nobody waited for until the handle is read', () => {
    const { here, there } = slots();
    here.open(0);
    here.disarm(0);
    expect(here.quiet(0)).toBe(true);
    expect(there.fired(0)).toBe(false);
    expect(here.quiet(0)).toBe(false);
    expect(here.arm(0)).toBe('look');
    expect(here.look(0)).toBe(true);
    expect(here.look(0)).toBe(false);
    expect(here.quiet(0)).toBe(true);
    expect(here.arm(0)).toBe('armed');
    expect(there.fired(0)).toBe(true);
  });

  it('remembers an event that was told, and heard when nobody waited any more', () => {
    const { here, there } = slots();
    here.open(0);
    there.fired(0);
    here.disarm(0);
    expect(here.quiet(0)).toBe(false);
    expect(heard(here)).toEqual([0]);
    expect(here.quiet(0)).toBe(false);
    expect(here.arm(0)).toBe('look');
  });

  it('has nothing told of a handle that is turned off until it is watched again', () => {
    const { here, there } = slots();
    here.open(0);
    expect(here.turnOff(0)).toBe(false);
    here.disarm(0);
    expect(here.turnOff(0)).toBe(true);
    expect(here.quiet(0)).toBe(false);
    expect(there.fired(0)).toBe(false);
    expect(here.look(0)).toBe(false);
    expect(here.arm(0)).toBe('watch');
    expect(there.fired(0)).toBe(true);
  });

  it('waits on for who is armed twice', () => {
    const { here, there } = slots();
    here.open(0);
    expect(here.arm(0)).toBe('armed');
    there.fired(0);
    expect(here.arm(0)).toBe('armed');
    expect(heard(here)).toEqual([0]);
  });

  it('gives a slot back at once, but one that was told only when that was heard', () => {
    const { here, there } = slots();
    here.open(0);
    here.open(1);
    there.fired(1);
    expect([here.close(0), here.close(1)]).toEqual([true, false]);
    expect([there.fired(0), there.fired(1)]).toEqual([false, false]);
    expect(heard(here)).toEqual([1]);
  });

  it('counts on past what 32 bits hold, and around the ring', () => {
    const { here, there } = slots();
    const words = new Int32Array(here.buffer);
    words.fill(0x7fffffff, 0, 2);
    for (let round = 0; round < 3; round++) {
      here.open(WaitSlots.COUNT - 1);
      here.open(0);
      there.fired(WaitSlots.COUNT - 1);
      there.fired(0);
      expect(heard(here)).toEqual([WaitSlots.COUNT - 1, 0]);
    }
  });
});
