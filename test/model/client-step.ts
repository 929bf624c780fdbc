import fc from 'fast-check';

/** What a program does with a handle, and with what stands on the other side of its ports. */
const OPERATIONS = [
  ['event', 8],
  ['pending', 3],
  ['pending with a signal', 2],
  ['abort', 2],
  ['channel', 3],
  ['after', 5],
  ['after with a signal', 3],
  ['close a channel', 1],
  ['tryPending', 2],
  ['read', 2],
  ['unmask', 4],
  ['reset', 1],
  ['rebind', 1],
] as const;

/** How a handle ends. */
const ENDS = ['close', 'abort the handle'] as const;

/** One step; what of its numbers matters depends on what it does. */
export interface ClientStep {
  readonly op: (typeof OPERATIONS)[number][0] | (typeof ENDS)[number];
  /** Which of the ports, of the channels, or of those who wait: modulo how many there are. */
  readonly which: number;
  /** What `after` waits for, on top of what was counted; what a read takes. */
  readonly count: number;
  /** Whether all that comes of it is waited for. */
  readonly settles: boolean;
}

const numbers = { which: fc.nat(7), count: fc.integer({ min: -1, max: 2 }), settles: fc.boolean() };

const step: fc.Arbitrary<ClientStep> = fc.oneof(
  ...OPERATIONS.map(([op, weight]) => ({
    weight,
    arbitrary: fc.record({ op: fc.constant(op), ...numbers }),
  })),
);

/** Random steps on a handle; most of them end with its end and a few steps after it. */
export const clientProgram: fc.Arbitrary<readonly ClientStep[]> = fc
  .tuple(
    fc.array(step, { maxLength: 60, size: 'max' }),
    fc.option(fc.record({ op: fc.constantFrom(...ENDS), ...numbers })),
    fc.array(step, { maxLength: 5 }),
  )
  .map(([before, end, after]) => (end === null ? before : [...before, end, ...after]));
