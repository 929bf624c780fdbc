import { InvalidArgumentError } from 'commander';
import { DOMID_FIRST_RESERVED } from '../abi/domid.js';

/** The largest number a domain can have. */
const LAST_DOMID = DOMID_FIRST_RESERVED - 1;

/** A number in plain decimal: no sign, no blanks, no leading zero. */
function plainDecimal(text: string): number | undefined {
  return /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : undefined;
}

/** Reads the number of a domain, 0..32751. @throws InvalidArgumentError */
export function domid(text: string): number {
  const number = plainDecimal(text);
  if (number === undefined || number > LAST_DOMID) {
    throw new InvalidArgumentError(`A domain is a number from 0 to ${LAST_DOMID}.`);
  }
  return number;
}

/** Reads a list of domains, such as `0,1,7`. @throws InvalidArgumentError for one that is none, or named twice */
export function domidList(text: string): number[] {
  const domids = text.split(',').map(domid);
  const twice = domids.find((each, index) => domids.indexOf(each) !== index);
  if (twice !== undefined) throw new InvalidArgumentError(`Domain ${twice} is named twice.`);
  return domids;
}

/** Reads permissions in octal, up to 0777. @throws InvalidArgumentError */
export function fileMode(text: string): number {
  if (!/^0?[0-7]{1,3}$/.test(text)) {
    throw new InvalidArgumentError('A mode is three octal digits, such as 0660.');
  }
  return Number.parseInt(text, 8);
}

/** Reads the number of a file descriptor. @throws InvalidArgumentError */
export function descriptor(text: string): number {
  const number = plainDecimal(text);
  if (number === undefined || number > 0x7fffffff) {
    throw new InvalidArgumentError('A descriptor is a number.');
  }
  return number;
}

/** The options of who may use a device. */
export interface AccessOptions {
  readonly allowOther?: boolean;
  readonly mode?: number;
}

/** Who may use a device. */
export interface Access {
  readonly allowOther: boolean;
  readonly deviceMode: number;
}

/** Permissions of the group and of others. */
const OTHERS = 0o077;

/**
 * Settles who may use a device. Nobody but the owner, unless one of the options says otherwise; `--allow-other` alone means
 * everybody, and a mode for others lets them in, since it would have no effect otherwise.
 */
export function access({ allowOther = false, mode }: AccessOptions): Access {
  const deviceMode = mode ?? (allowOther ? 0o666 : 0o600);
  return { allowOther: allowOther || (deviceMode & OTHERS) !== 0, deviceMode };
}
