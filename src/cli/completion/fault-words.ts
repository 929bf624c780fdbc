import { FAULT_KEYS } from '../../faults/fault-key.js';
import { FAULT_MIXES } from '../../faults/fault-mixes.js';
import { FAULTS, type Fault } from '../../faults/faults.js';
import type { Candidate } from './completion.js';

/** Values of keys that have a few only. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  until: ['event'],
  errno: ['ENOMEM', 'ENOSPC'],
};

/** Mixes and faults, the mixes first. */
function names(): Candidate[] {
  const mixes = FAULT_MIXES.map(({ name, description }) => ({ value: name, description }));
  const faults = [...FAULTS.values()].map(({ name, summary }) => ({
    value: name,
    description: summary,
  }));
  return [...mixes, ...faults];
}

/** What can follow a fault and some of its keys. */
function afterName({ keys }: Fault, given: readonly string[], typed: string): Candidate[] {
  const [key = '', value] = typed.split('=');
  if (value !== undefined) {
    return (VALUES[key] ?? []).map((each) => ({ value: `${key}=${each}`, description: '' }));
  }
  const used = given.map((pair) => pair.split('=')[0]);
  return keys
    .filter((each) => !used.includes(each))
    .map((each) => ({ value: `${each}=`, description: FAULT_KEYS[each].meaning }));
}

/**
 * What a SPEC of faults can go on with, each with what was typed before it.
 * @param typed - the SPEC up to the cursor
 */
export function faultCandidates(typed: string): Candidate[] {
  const entry = typed.slice(typed.lastIndexOf(',') + 1);
  const [name = '', ...pairs] = entry.split(':');
  const last = pairs.pop();
  const before = typed.slice(0, typed.length - (last ?? entry).length);
  const fault = [...FAULTS.values()].find((each) => each.name === name);
  if (last !== undefined && fault === undefined) return [];
  const found = last === undefined ? names() : afterName(fault!, pairs, last);
  return found.map(({ value, description }) => ({ value: before + value, description }));
}
