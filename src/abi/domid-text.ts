import { DOMID_FIRST_RESERVED } from './domid.js';

/** What the number of an ordinary domain may be, for messages. */
export const DOMID_RANGE = `a domain number, 0 to ${DOMID_FIRST_RESERVED - 1} in plain decimal`;

/**
 * Reads the number of an ordinary domain as people and file names write it: plain decimal, no sign, no zero in front.
 *
 * @param text - what was written
 * @returns 0..0x7FEF; undefined for anything else
 */
export function parseDomid(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,4})$/.test(text)) return undefined;
  const domid = Number(text);
  return domid < DOMID_FIRST_RESERVED ? domid : undefined;
}
