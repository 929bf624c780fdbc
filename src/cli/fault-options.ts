import { randomInt } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FaultRequest } from '../faults/fault-request.js';
import { parseFaultSpec } from '../faults/fault-spec.js';
import { UsageError } from '../run/usage-error.js';

/** What {@link addFaultOptions} adds to the options of a command. */
export interface FaultFlags {
  readonly faults?: string;
  readonly seed?: number;
  readonly only?: readonly number[];
}

/** The largest seed. */
export const LAST_SEED = 0xffff_ffff;
/** The largest number of a fault. */
const LAST_FAULT = 999_999;
/** Seeds that are chosen by chance are below: short enough to be typed. */
const CHOSEN_BELOW = 1_000_000;
/** How no fault at all is written. */
const NONE = 'none';

/** Reads which faults there are to be. @throws InvalidArgumentError that says what is allowed */
export function faultSpec(text: string): string {
  try {
    parseFaultSpec(text);
    return text;
  } catch (error) {
    if (error instanceof RangeError) {
      throw new InvalidArgumentError(`${error.message}; xen-evtchn faults explains them.`);
    }
    throw error;
  }
}

/** Reads a seed, 0..4294967295. @throws InvalidArgumentError */
export function faultSeed(text: string): number {
  const number = /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
  if (number <= LAST_SEED) return number;
  throw new InvalidArgumentError(`It must be a number from 0 to ${LAST_SEED}.`);
}

/** Reads the numbers of faults, such as `17,42`, or `none`. @throws InvalidArgumentError for what is none, or named twice */
export function faultNumbers(text: string): number[] {
  if (text === NONE) return [];
  const numbers = text.split(',').map((word) => {
    const number = /^(0|[1-9]\d{0,5})$/.test(word) ? Number(word) : Number.NaN;
    if (number <= LAST_FAULT) return number;
    throw new InvalidArgumentError(
      `It must be numbers of faults, such as 17,42, each 0 to ${LAST_FAULT}, or ${NONE}.`,
    );
  });
  const twice = numbers.find((each, index) => numbers.indexOf(each) !== index);
  if (twice !== undefined) throw new InvalidArgumentError(`Fault ${twice} is named twice.`);
  return numbers;
}

/** The option that says which faults. */
export function faultsOption(description: string): Option {
  return new Option('--faults <SPEC>', description).argParser(faultSpec);
}

/** Adds the options by which a host is asked for faults. */
export function addFaultOptions(command: Command): Command {
  return command
    .addOption(faultsOption('show faults: a mix such as ci, or NAME[:KEY=VALUE]...,...'))
    .option('--seed <N>', 'decides which, and when; chosen by chance unless given', faultSeed)
    .option('--only <NUMBERS>', 'only these faults of the seed: 17,42, or none', faultNumbers);
}

/** The faults that were asked for, and whether their seed was left to chance. */
export interface AskedFaults {
  readonly request: FaultRequest;
  readonly chosen: boolean;
}

/** @throws UsageError for options that are nothing without others */
export function askedFaults({ faults, seed, only }: FaultFlags): AskedFaults | undefined {
  if (faults === undefined) {
    if (seed !== undefined) throw new UsageError('--seed is for --faults SPEC: say which faults');
    if (only !== undefined) throw new UsageError('--only is for --faults SPEC: say which faults');
    return undefined;
  }
  if (only !== undefined && seed === undefined) {
    throw new UsageError('--only needs --seed N: the numbers are those of one seed');
  }
  const request = {
    spec: faults,
    seed: seed ?? randomInt(CHOSEN_BELOW),
    ...(only === undefined ? {} : { only }),
  };
  return { request, chosen: seed === undefined };
}

/** What is said of a seed that was left to chance. */
export function chosenSeedText({ seed }: FaultRequest): string {
  return `the faults are those of seed ${seed}: --seed ${seed} repeats them`;
}

/** The options that ask for the same faults again. */
export function faultWords({ spec, seed, only }: FaultRequest): string[] {
  const numbers = only?.length === 0 ? NONE : only?.join(',');
  return [
    ...['--faults', spec, '--seed', String(seed)],
    ...(numbers === undefined ? [] : ['--only', numbers]),
  ];
}
