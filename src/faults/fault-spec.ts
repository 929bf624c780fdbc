import { DOMID_FIRST_RESERVED } from '../abi/domid.js';
import { ENOMEM, ENOSPC } from '../abi/errno.js';
import { FAULT_NAMES, type FaultName } from '../trace/fault-name.js';
import { FAULT_KEYS, type FaultKey } from './fault-key.js';
import { FAULT_MIXES } from './fault-mixes.js';
import type { FaultRange, FaultRule } from './fault-rule.js';
import { FAULTS, type Fault } from './faults.js';

const U32_MAX = 0xffffffff;
/** Events of one fault, at most. */
const MOST_EVENTS = 1000;
/** A held event that waits for another one waits no longer than this, in milliseconds, unless said otherwise. */
const UNTIL_EVENT: FaultRange = { from: 1000, to: 1000 };
/** `TASK_COMM_LEN` of Linux without the 0 at its end. */
const LONGEST_NAME = 15;

/** Rules before it is known how manyeth of their name they are. */
type UncountedRule = Omit<FaultRule, 'ordinal'>;

/**
 * Reads a SPEC: faults with their conditions, `NAME[:KEY=VALUE]...`, and names of {@link FAULT_MIXES}, separated by commas. A
 * mix stands for its faults; what they are and which keys they have, {@link FAULTS} tells.
 * @returns its rules in order, one at least
 * @throws RangeError that says which word is wrong, and what is allowed in its place
 */
export function parseFaultSpec(text: string): FaultRule[] {
  const rules = text.split(',').flatMap((entry) => parseEntry(entry));
  const counts = new Map<FaultName, number>();
  return rules.map((rule) => {
    const ordinal = counts.get(rule.name) ?? 0;
    counts.set(rule.name, ordinal + 1);
    return { ...rule, ordinal };
  });
}

function parseEntry(entry: string): UncountedRule[] {
  const [word = '', ...pairs] = entry.split(':');
  const mix = FAULT_MIXES.find(({ name }) => name === word);
  if (mix !== undefined) {
    if (pairs.length === 0) return parseFaultSpec(mix.spec);
    throw new RangeError(
      `'${word}' is a mix of faults, which takes no keys: write out the faults it stands for, '${mix.spec}'`,
    );
  }
  const fault = FAULTS.get(word as FaultName);
  if (fault === undefined) throw new RangeError(unknownName(word));
  return [readRule(fault, readPairs(fault, pairs))];
}

function unknownName(word: string): string {
  const mixes = FAULT_MIXES.map(({ name }) => name).join(', ');
  const what = word === '' ? 'a fault is missing' : `there is no fault '${word}'`;
  return `${what}: use one of ${FAULT_NAMES.join(', ')}, or a mix: ${mixes}`;
}

/** The values by their keys. */
function readPairs({ name, keys }: Fault, pairs: readonly string[]): Map<FaultKey, string> {
  const values = new Map<FaultKey, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const key = (at < 0 ? pair : pair.slice(0, at)) as FaultKey;
    if (!keys.includes(key)) {
      const what = key.length === 0 ? `a key of ${name} is missing` : `${name} has no key '${key}'`;
      throw new RangeError(`${what}: use ${keys.join(', ')}`);
    }
    if (values.has(key)) throw new RangeError(`${name} has '${key}' twice`);
    values.set(key, at < 0 ? '' : pair.slice(at + 1));
  }
  return values;
}

function readRule(fault: Fault, values: ReadonlyMap<FaultKey, string>): UncountedRule {
  const { name } = fault;
  const rule: UncountedRule = {
    name,
    nth: readInteger(fault, values, 'nth', 1, U32_MAX),
    rate: readRate(fault, values),
    domain: readInteger(fault, values, 'domain', 0, DOMID_FIRST_RESERVED - 1),
    port: readInteger(fault, values, 'port', 1, U32_MAX),
    process: readProcess(fault, values.get('process')),
    max: readInteger(fault, values, 'max', 1, U32_MAX),
    until: readUntil(fault, values.get('until')),
    ms: readRange(fault, values),
    events: readInteger(fault, values, 'events', 1, MOST_EVENTS) ?? fault.events ?? 1,
    errno: readErrno(fault, values.get('errno')),
  };
  if (name === 'destroy' && rule.domain === 0) {
    throw new RangeError(
      "'domain=0' of destroy is not possible: without domain 0 there is no host; use another domain",
    );
  }
  if ((name === 'merge' || name === 'permute') && rule.events < 2) {
    throw new RangeError(
      `'events=${rule.events}' of ${name} has no effect: use 2 to ${MOST_EVENTS}`,
    );
  }
  return rule;
}

/** @throws RangeError that says what the key may be */
function refuse({ name }: Fault, key: FaultKey, value: string, values?: string): never {
  throw new RangeError(`'${key}=${value}' of ${name} is not ${values ?? FAULT_KEYS[key].values}`);
}

function readInteger(
  fault: Fault,
  values: ReadonlyMap<FaultKey, string>,
  key: FaultKey,
  min: number,
  max: number,
): number | undefined {
  const text = values.get(key);
  if (text === undefined) return undefined;
  const value = Number(text);
  return /^\d{1,10}$/.test(text) && value >= min && value <= max ? value : refuse(fault, key, text);
}

/** With `nth` it is certain, unless said otherwise. */
function readRate(fault: Fault, values: ReadonlyMap<FaultKey, string>): number {
  const text = values.get('rate');
  if (text === undefined) return values.has('nth') ? 1 : fault.rate;
  const rate = Number(text);
  const decimal = /^(\d+\.?\d*|\.\d+)(e-\d+)?$/i.test(text);
  return decimal && rate > 0 && rate <= 1 ? rate : refuse(fault, 'rate', text);
}

function readProcess(fault: Fault, text: string | undefined): string | undefined {
  if (text === undefined || (text.length > 0 && text.length <= LONGEST_NAME)) return text;
  return refuse(fault, 'process', text);
}

function readUntil(fault: Fault, text: string | undefined): 'event' | undefined {
  if (text === undefined || text === 'event') return text;
  return refuse(fault, 'until', text);
}

function readRange(fault: Fault, values: ReadonlyMap<FaultKey, string>): FaultRange {
  const { ms = { from: 0, to: 0 }, longest = 0 } = fault;
  const text = values.get('ms');
  if (text === undefined) return values.has('until') ? UNTIL_EVENT : ms;
  const [, first = '', last = first] = /^(\d{1,5})(?:\.\.(\d{1,5}))?$/.exec(text) ?? [];
  const range = { from: Number(first), to: Number(last) };
  if (first !== '' && range.from <= range.to && range.to <= longest) return range;
  return refuse(fault, 'ms', text, `A or A..B in milliseconds, A up to B and B up to ${longest}`);
}

function readErrno(fault: Fault, text: string | undefined): number {
  switch (text) {
    case undefined:
      return 0;
    case 'ENOMEM':
      return ENOMEM;
    case 'ENOSPC':
      return ENOSPC;
    default:
      return refuse(fault, 'errno', text);
  }
}
