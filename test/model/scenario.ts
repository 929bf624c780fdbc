import fc from 'fast-check';
import type { EventAbi } from '../../src/index.js';
import type { DomainShape } from './operation.js';

/** What a program finds when it starts. */
export interface Scenario {
  /** Domains have so few ports that they run out. */
  readonly small: boolean;
  /** Port limit of a small domain, above 63. */
  readonly spare: number;
  readonly kernelChannels: boolean;
  readonly vcpus: number;
}

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  small: fc.boolean(),
  spare: fc.integer({ min: 0, max: 17 }),
  kernelChannels: fc.boolean(),
  vcpus: fc.integer({ min: 1, max: 3 }),
});

/** The first domain, two that run Linux, and one in which nothing runs. Others of these numbers come and go. */
export const FIRST_DOMAINS = [0, 1, 5, 9] as const;
/** Domains a program may make when they are not there. */
export const DOMIDS = [0, 1, 5, 9, 0x7fef] as const;
/** The one in which nothing runs. */
const EMPTY_DOMAIN = 9;

/** The domain of that number, in that scenario. */
export function shapeOf(scenario: Scenario, abi: EventAbi, domid: number): DomainShape {
  return {
    domid,
    abi,
    vcpus: scenario.vcpus,
    maxEvtchnPort: scenario.small ? 63 + scenario.spare : undefined,
    kernel: domid !== EMPTY_DOMAIN,
    kernelChannels: scenario.kernelChannels,
  };
}
