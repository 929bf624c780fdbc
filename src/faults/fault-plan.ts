import { checkArray, checkInteger, checkOptions, checkString } from '../errors/argument.js';
import { FAULT_NUMBERS } from './fault-hash.js';
import type { FaultRequest } from './fault-request.js';
import type { FaultRule } from './fault-rule.js';
import { parseFaultSpec } from './fault-spec.js';

/** A request for faults that was read. */
export interface FaultPlan {
  /** As it was asked for. */
  readonly spec: string;
  /** Decides all that is left to chance. */
  readonly seed: number;
  /** Numbers of the only faults that happen; undefined for all. */
  readonly only: ReadonlySet<number> | undefined;
  /** The rules of the SPEC. */
  readonly rules: readonly FaultRule[];
}

/**
 * Refuses a request for faults that cannot be carried out.
 * @throws RangeError for a SPEC that {@link parseFaultSpec} refuses, or a seed or a number out of range; TypeError for what
 * is of another type
 */
export function checkFaultRequest(request: FaultRequest): void {
  planFaults(request);
}

/** Reads a request. Throws as {@link checkFaultRequest}. */
export function planFaults(request: FaultRequest): FaultPlan {
  checkOptions('faults', request);
  const { spec, seed, only } = request;
  checkString('faults.spec', spec);
  checkInteger('faults.seed', seed, 0, 0xffffffff);
  if (only !== undefined) checkArray('faults.only', only);
  for (const number of only ?? []) checkInteger('faults.only', number, 0, FAULT_NUMBERS - 1);
  return { spec, seed, only: only && new Set(only), rules: parseFaultSpec(spec) };
}
