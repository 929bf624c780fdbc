import fc from 'fast-check';

/**
 * What a step does, before it is settled to whom: which file, port and number is found when the program runs, from what is
 * there by then. So a program stays meaningful when shrinking takes steps out of its middle.
 */
export const STEP_WEIGHTS = {
  notify: 14,
  read: 10,
  write: 10,
  'bind unbound': 7,
  'bind interdomain': 9,
  connect: 6,
  'bind virq': 4,
  unbind: 5,
  poll: 3,
  reset: 2,
  'raise virq': 4,
  'raise global virq': 2,
  drain: 2,
  open: 4,
  close: 2,
  share: 1,
  restrict: 1,
  'bad ioctl': 1,
  'bind many': 2,
  flood: 3,
  cycle: 1,
  'cycle and grow': 1,
  'unbind all': 1,
  'set virq handler': 1,
  'set affinity': 1,
  'create domain': 2,
  'destroy domain': 2,
  alloc_unbound: 3,
  hv_bind_interdomain: 2,
  hv_bind_virq: 1,
  bind_ipi: 1,
  close_port: 2,
  send: 3,
  status: 2,
  bind_vcpu: 2,
  unmask: 2,
  set_priority: 1,
  reset_domain: 1,
} as const;

export type StepKind = keyof typeof STEP_WEIGHTS;

/** One step of a program. Its numbers are picks: 0 is always the plainest choice, so shrinking leads to plain programs. */
export interface Step {
  readonly kind: StepKind;
  /** Who acts. */
  readonly who: number;
  /** On what. */
  readonly what: number;
  /** How many. */
  readonly many: number;
  /** How odd: 0 to 99, the higher the less sense it makes. */
  readonly odd: number;
}

const KINDS = Object.entries(STEP_WEIGHTS).flatMap(([kind, weight]) =>
  Array<StepKind>(weight).fill(kind as StepKind),
);

const aStep: fc.Arbitrary<Step> = fc
  .tuple(
    fc.nat(KINDS.length - 1),
    fc.integer({ min: 0, max: 1023 }),
    fc.integer({ min: 0, max: 1023 }),
    fc.integer({ min: 0, max: 1023 }),
    fc.integer({ min: 0, max: 99 }),
  )
  .map(([kind, who, what, many, odd]) => ({ kind: KINDS[kind]!, who, what, many, odd }));

/** The steps of a program. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(aStep, {
  maxLength: 160,
  size: 'max',
});
