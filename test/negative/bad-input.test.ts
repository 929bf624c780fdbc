import { describe, expect, it } from 'vitest';
import { BAD_VALUES, type NamedValue } from './bad-values.js';
import { OPERATIONS, type Operation } from './operations.js';
import { World } from './world.js';

/** How a call ended. */
type Outcome =
  | { readonly how: 'returned'; readonly result: unknown }
  | { readonly how: 'threw'; readonly error: unknown }
  | { readonly how: 'waits' };

/** Makes a call; one that answers with a promise has as long as promises need that wait for nothing. */
async function outcomeOf({ call }: Operation, world: World, value: unknown): Promise<Outcome> {
  let outcome: Outcome = { how: 'waits' };
  try {
    const result = call(world, value as never);
    if (!(result instanceof Promise)) return { how: 'returned', result };
    result.then(
      (settled) => {
        outcome = { how: 'returned', result: settled };
      },
      (error) => {
        outcome = { how: 'threw', error };
      },
    );
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return outcome;
  } catch (error) {
    return { how: 'threw', error };
  }
}

/** The error is one of Node's for arguments. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof RangeError || error instanceof TypeError)) return undefined;
  return (error as { code?: string }).code;
}

/** It is what the operation promises for such a value. */
function refuses({ refusal }: Operation, outcome: Outcome, value: unknown): boolean {
  const { error, result } = { error: undefined, result: undefined, ...outcome };
  const code = codeOf(error);
  switch (refusal) {
    case 'coded':
      return code === (typeof value === 'number' ? 'ERR_OUT_OF_RANGE' : 'ERR_INVALID_ARG_TYPE');
    case 'any coded':
      return code?.startsWith('ERR_') ?? false;
    case 'range':
      return error instanceof RangeError || (typeof value !== 'number' && code !== undefined);
    case 'memory':
      return error instanceof TypeError && error.message.includes('must be a Uint8Array');
    case 'errno':
      return outcome.how === 'returned'
        ? typeof result === 'number' && result < 0
        : code !== undefined || (error as { name?: string }).name === 'EvtchnError';
  }
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.how === 'threw') return `threw ${String(outcome.error)}`;
  return outcome.how === 'waits' ? 'waits' : `returned ${typeof outcome.result}`;
}

/** What is wrong with how an operation takes bad values; nothing, as it should be. */
async function violations(operation: Operation, values: readonly NamedValue[]): Promise<string[]> {
  const found: string[] = [];
  let world = new World();
  let before = world.snapshot();
  for (const { name, value } of values) {
    if (operation.accepts(value)) continue;
    const outcome = await outcomeOf(operation, world, value);
    const changed = world.snapshot() !== before;
    if (refuses(operation, outcome, value) && !changed) continue;
    found.push(`${name}: ${describeOutcome(outcome)}${changed ? ', changed something' : ''}`);
    if (!changed) continue;
    world = new World();
    before = world.snapshot();
  }
  return found;
}

describe('bad input is refused as documented and changes nothing', () => {
  it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
    '%s',
    async (_name, operation) => {
      expect(await violations(operation, BAD_VALUES)).toEqual([]);
    },
  );
});

describe('-0 counts as 0', () => {
  it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
    '%s',
    async (_name, operation) => {
      const [zero, negative] = [new World(), new World()];
      const expected = await outcomeOf(operation, zero, 0);
      const actual = await outcomeOf(operation, negative, -0);
      expect(describeOutcome(actual)).toBe(describeOutcome(expected));
      expect(negative.snapshot()).toBe(zero.snapshot());
    },
  );
});

describe('a wait that was refused', () => {
  it('leaves nobody on the queue, so that the sender of the next event notices nothing', async () => {
    const { handle, host, ports } = new World();
    const [file] = host.domain(0)!.driver!.openFiles.values();
    handle.reset();
    const refused = handle.pending({ signal: {} as AbortSignal });
    await expect(refused).rejects.toBeInstanceOf(TypeError);
    expect(file!.waitQueue.size).toBe(0);
    // Each has a latched event, which is delivered here.
    expect(() => handle.unmask(ports)).not.toThrow();
    expect(handle.read()).toContain(ports[0]);
  });
});

describe('the snapshot', () => {
  it.each<[string, (world: World) => unknown]>([
    ['an event that was read', (world) => world.handle.tryPending()],
    ['an event that was sent', (world) => world.handle.notify(world.ports[0]!)],
    ['a port that was unmasked', (world) => world.handle.unmask(world.ports)],
    ['a new port', (world) => world.bare.hypercalls.allocUnbound(9, 0)],
    ['a restriction', (world) => world.handle.restrict(5)],
    ['a reset', (world) => world.handle.reset()],
    ['a new domain', (world) => world.host.createDomain({ domid: 77 })],
    ['a new file', (world) => world.dom0.open()],
    ['a flag', (world) => world.file.setFlags(0, 0)],
    [
      'a limit',
      (world) => {
        world.table.limit = 5;
      },
    ],
    ['time', (world) => world.clock.advance(1)],
    ['a timer', (world) => world.clock.schedule(1001, () => {})],
    ['a pause', (world) => world.dom5.pause()],
    ['a waiter', (world) => void world.peer.pending()],
    ['memory', (world) => world.memory.store(7)],
  ])('shows %s', (_what, change) => {
    const world = new World();
    const before = world.snapshot();
    expect(world.snapshot()).toBe(before);
    change(world);
    expect(world.snapshot()).not.toBe(before);
  });
});
