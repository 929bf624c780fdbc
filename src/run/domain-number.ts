import { DOMID_FIRST_RESERVED } from '../abi/domid.js';

/** What a domain number may be, for messages. */
export const DOMAIN_RANGE = `a domain number, 0 to ${DOMID_FIRST_RESERVED - 1} in plain decimal`;

/**
 * Reads a domain number as the folders of a served host are named: plain decimal, no sign, no zero in front.
 * @returns 0 to 0x7FEF, or undefined for anything else
 */
export function parseDomain(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,4})$/.test(text)) return undefined;
  const domain = Number(text);
  return domain < DOMID_FIRST_RESERVED ? domain : undefined;
}
