import { DOMID_FIRST_RESERVED } from '../abi/domid.js';
import { checkBoolean, checkInteger, checkOptions, wrongType } from '../errors/argument.js';
import { checkNames, wrongValue } from '../errors/names.js';
import type { PartyOptions } from './lab.js';
import type { PartyState } from './party-state.js';

const NAMES: readonly string[] = ['daemon', 'mortal'];

/** Refuses what a party cannot be started with, by TypeError or RangeError. @param parties - those there are */
export function checkPartyOptions(
  name: string,
  run: unknown,
  options: PartyOptions,
  parties: readonly PartyState[],
): void {
  if (typeof run !== 'function') throw wrongType('run', 'a function', run);
  checkOptions('options', options);
  checkNames('options', options, NAMES);
  checkBoolean('daemon', options.daemon);
  const { mortal } = options;
  if (mortal !== undefined) checkInteger('mortal', mortal, 0, DOMID_FIRST_RESERVED - 1);
  if (parties.some((party) => party.name === name)) {
    throw wrongValue('name', 'a name that no other party has', name);
  }
}
