import fc from 'fast-check';
import { type Scenario, scenario } from './scenario.js';
import { type Step, steps } from './step.js';

/** A random program: what it finds, and what it does. */
export interface Program {
  readonly scenario: Scenario;
  readonly steps: readonly Step[];
}

/** Any program. */
export const program: fc.Arbitrary<Program> = fc.record({ scenario, steps });
