import { portOf, ScriptError, type StepCall, type StepTable } from '../step.js';
import { portList } from './binds.js';

/** Ports of higher numbers are taken for different. */
const FIRST_UNCOUNTED = 1 << 20;

function compare(call: StepCall, holds: (a: number, b: number) => boolean): string {
  const { args } = call;
  const [a, b] = [portOf(call, args.word(1)), portOf(call, args.word(2))];
  return holds(a, b) ? 'yes' : 'no';
}

/** The ports of a list; none, if one of them has no such name. */
function knownPorts(call: StepCall): number[] {
  try {
    return portList(call, 1);
  } catch (error) {
    if (error instanceof ScriptError) return [];
    throw error;
  }
}

function distinct(call: StepCall): string {
  const ports = knownPorts(call).filter((port) => port < FIRST_UNCOUNTED);
  return new Set(ports).size === ports.length ? 'yes' : 'no';
}

function ascending(call: StepCall): string {
  const ports = knownPorts(call);
  return ports.every((port, i) => i === 0 || port > ports[i - 1]!) ? 'yes' : 'no';
}

/** Port numbers compared, as the numbers themselves are not shown. */
export const relations: StepTable = {
  same: (call) => compare(call, (a, b) => a === b),
  less: (call) => compare(call, (a, b) => a < b),
  distinct,
  ascending,
};
