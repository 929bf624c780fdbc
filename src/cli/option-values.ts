import { InvalidArgumentError } from 'commander';
import { DOMID_RANGE, parseDomid } from '../abi/domid-text.js';
import { EVTCHN_FIFO_NR_CHANNELS } from '../abi/fifo.js';

/** The largest number of a vCPU: domains have 8192 at most. */
const LAST_VCPU = 8191;

/** The largest number of a descriptor. */
const LAST_DESCRIPTOR = 0x7fffffff;

/** A name that sysfs and devtmpfs take as it is; of another device's kind it can hardly be. */
const DIRECTORY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Reads the number of a domain, 0..32751. @throws InvalidArgumentError */
export function domid(text: string): number {
  const number = parseDomid(text);
  if (number === undefined) throw new InvalidArgumentError(`It must be ${DOMID_RANGE}.`);
  return number;
}

/** Reads the number of a port, 1..131071. @throws InvalidArgumentError */
export function portNumber(text: string): number {
  const number = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Number.NaN;
  if (number < EVTCHN_FIFO_NR_CHANNELS) return number;
  throw new InvalidArgumentError(
    `It must be a port number, 1 to ${EVTCHN_FIFO_NR_CHANNELS - 1} in plain decimal.`,
  );
}

/** Reads the number of a vCPU, 0..8191. @throws InvalidArgumentError */
export function vcpuNumber(text: string): number {
  if (/^(0|[1-9]\d{0,3})$/.test(text) && Number(text) <= LAST_VCPU) return Number(text);
  throw new InvalidArgumentError(`It must be the number of a vCPU, 0 to ${LAST_VCPU}.`);
}

/** Reads a list of domains, such as `0,1,7`. @throws InvalidArgumentError for one that is none, or named twice */
export function domidList(text: string): number[] {
  const domids = text.split(',').map(domid);
  const twice = domids.find((each, index) => domids.indexOf(each) !== index);
  if (twice !== undefined) throw new InvalidArgumentError(`Domain ${twice} is named twice.`);
  return domids;
}

/** Reads permissions in octal, 000 to 777. @throws InvalidArgumentError */
export function fileMode(text: string): number {
  if (!/^0?[0-7]{3}$/.test(text)) {
    throw new InvalidArgumentError('It must be permission bits in octal, such as 660.');
  }
  return Number.parseInt(text, 8);
}

/** Reads the number of a file descriptor. @throws InvalidArgumentError */
export function descriptor(text: string): number {
  const number = /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
  if (number <= LAST_DESCRIPTOR) return number;
  throw new InvalidArgumentError('It must be the number of an open descriptor.');
}

/** Reads the name of a directory below /dev. @throws InvalidArgumentError */
export function cuseDirectory(text: string): string {
  if (DIRECTORY.test(text)) return text;
  throw new InvalidArgumentError('It must be the name of a directory below /dev, such as xen1.');
}

/** Milliseconds of the units of a time. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
/** The longest time a timer of Node takes, in milliseconds. */
const LONGEST_TIME = 0x7fffffff;

/** Reads a time above 0, such as `10s`, `500ms` or `2m`; seconds without a unit. @returns milliseconds @throws InvalidArgumentError */
export function timeSpan(text: string): number {
  const [, number, unit = 's'] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m)?$/.exec(text) ?? [];
  const milliseconds = Number(number) * (UNITS[unit] ?? Number.NaN);
  if (milliseconds > 0 && milliseconds <= LONGEST_TIME) return milliseconds;
  throw new InvalidArgumentError('It must be a time such as 10s, 500ms or 2m.');
}

/** The largest number of things that are counted on a command line. */
const LARGEST_COUNT = 1_000_000;

/** Reads a number of things, 1 to 1000000. @throws InvalidArgumentError */
export function countNumber(text: string): number {
  const number = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= LARGEST_COUNT) return number;
  throw new InvalidArgumentError(`It must be a number, 1 to ${LARGEST_COUNT}.`);
}
