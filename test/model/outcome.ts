import { errnoName } from '../../src/abi/errno.js';

/**
 * What an operation answered, as text that is compared whole: a number, the name of an errno, or the ports a read gave,
 * in their order.
 */
export type Outcome = string;

/** Success without a value. */
export const OK: Outcome = '0';

/** Of a call that answers a number or a negative errno. */
export function outcomeOf(rc: number): Outcome {
  return rc < 0 ? errnoName(-rc) : String(rc);
}

/** Of a read that gave ports. */
export function outcomeOfRead(ports: ArrayLike<number>, count: number = ports.length): Outcome {
  let text = `${count * 4} bytes:`;
  for (let i = 0; i < count; i++) text += ` ${ports[i]}`;
  return text;
}

/** The ports of {@link outcomeOfRead}; none for another outcome. */
export function portsRead(outcome: Outcome): number[] {
  const at = outcome.indexOf(' bytes:');
  if (at < 0) return [];
  const list = outcome.slice(at + ' bytes: '.length);
  return list === '' ? [] : list.split(' ').map(Number);
}

/** The port of a successful bind, or undefined. */
export function portBound(outcome: Outcome): number | undefined {
  const port = Number(outcome);
  return Number.isInteger(port) ? port : undefined;
}
