import fc from 'fast-check';

/** What a step on a served host does, and how often it comes. Files, ports and numbers are found when it runs. */
const WEIGHTS = {
  open: 4,
  close: 2,
  'bind unbound': 4,
  'bind interdomain': 3,
  connect: 7,
  'bind virq': 3,
  unbind: 3,
  notify: 14,
  'notify many': 2,
  read: 14,
  write: 10,
  'write all': 3,
  poll: 8,
  reset: 2,
  restrict: 1,
  'bad ioctl': 2,
  'bad pointer': 2,
  interrupt: 5,
  'raise virq': 3,
  'make domain': 2,
  'destroy domain': 1,
  'pass time': 2,
  flood: 1,
} as const;

export type ServedStepKind = keyof typeof WEIGHTS;

/** One step. Its numbers are picks: 0 is always the plainest choice, so shrinking leads to plain programs. */
export interface ServedStep {
  readonly kind: ServedStepKind;
  /** Who acts. */
  readonly who: number;
  /** On what. */
  readonly what: number;
  /** How odd: 0 to 99, the higher the less sense it makes. */
  readonly odd: number;
}

const KINDS = Object.entries(WEIGHTS).flatMap(([kind, weight]) =>
  Array<ServedStepKind>(weight).fill(kind as ServedStepKind),
);

const step: fc.Arbitrary<ServedStep> = fc
  .tuple(
    fc.nat(KINDS.length - 1),
    fc.integer({ min: 0, max: 1023 }),
    fc.integer({ min: 0, max: 1023 }),
    fc.integer({ min: 0, max: 99 }),
  )
  .map(([kind, who, what, odd]) => ({ kind: KINDS[kind]!, who, what, odd }));

/** The steps of a program. */
export const servedSteps: fc.Arbitrary<readonly ServedStep[]> = fc.array(step, {
  maxLength: 150,
  size: 'max',
});
