import { afterEach, describe, expect, it, vi } from 'vitest';
import { EAGAIN } from '../../../src/abi/errno.js';
import { explore, type Run } from './explore.js';
import { ModelMachine } from './model-machine.js';
import { atomicsAsTheyWere } from './stepped-thread.js';

/** The machine that the code under test runs on now. */
const model = vi.hoisted((): { machine?: ModelMachine } => ({}));
vi.mock(import('../../../src/native/descriptor.js'), async (original) => ({
  ...(await original()),
  readDescriptor: (_fd, _to, bytes) => model.machine!.read(bytes),
}));
vi.mock(import('../../../src/native/libc.js'), async (original) => ({
  ...(await original()),
  lastErrno: () => EAGAIN,
}));
vi.mock(import('../../../src/device-file/waiting.js'), () => ({
  Waiting: { start: () => model.machine!.waiting } as never,
}));

afterEach(() => {
  atomicsAsTheyWere();
});

/** What a program may do next. */
function actions(machine: ModelMachine): (() => void)[] {
  const possible = [() => machine.tryOne()];
  if (machine.wanting) possible.push(() => machine.giveUp());
  else possible.push(() => machine.want());
  if (machine.ringing) possible.push(() => machine.hear());
  return possible;
}

/** A program of the reader. */
interface Program {
  /** Events that nobody waits for, before it begins: with eight the descriptor is watched no more. */
  readonly missed: number;
  /** How many things it does. */
  readonly length: number;
  /** Events that come meanwhile. */
  readonly events: number;
}

/** Runs a program, lets everything come to rest, and looks whether events reach who waits. */
function runProgram(run: Run, { missed, length, events }: Program): void {
  const machine = new ModelMachine(run);
  model.machine = machine;
  if (missed > 0) miss(machine, missed);
  machine.expect(events);
  for (let left = length; left > 0; left--) {
    const possible = actions(machine);
    possible[run.choose(possible.length)]!();
  }
  if (!machine.wanting) machine.want();
  comeToRest(machine);
  expect(machine.wanting && machine.unread > 0, 'waits although there is an event').toBe(false);
  if (!machine.wanting) return;
  machine.send();
  comeToRest(machine);
  expect(machine.wanting, 'sleeps through an event').toBe(false);
}

function miss(machine: ModelMachine, count: number): void {
  machine.want();
  machine.giveUp();
  for (let left = count; left > 0; left--) {
    machine.send();
    machine.rest();
    machine.tryOne();
    machine.tryOne();
  }
}

function comeToRest(machine: ModelMachine): void {
  machine.rest();
  while (machine.ringing) {
    machine.hear();
    machine.rest();
  }
}

describe('a handle and the thread that waits for it', () => {
  it.each<[Program, number]>([
    [{ missed: 0, length: 3, events: 1 }, 900],
    [{ missed: 0, length: 4, events: 2 }, 10_000],
    [{ missed: 7, length: 3, events: 2 }, 1000],
    [{ missed: 8, length: 3, events: 2 }, 1000],
  ])('lose no wake-up in any program of %o', (program, states) => {
    expect(explore((run) => runProgram(run, program))).toBeGreaterThan(states);
  });
});
