import { DOMID_SELF } from '../abi/domid.js';
import { errnoMessage, errnoName } from '../abi/errno.js';

/** What a system call returned, as strace writes it: `4`, `-1 EAGAIN (Resource temporarily unavailable)`. */
export function callResult(result: number): string {
  return result < 0 ? `-1 ${errnoName(-result)} (${errnoMessage(-result)})` : `${result}`;
}

/** What a hypercall returned: `0`, `-EINVAL (Invalid argument)`. */
export function hypercallResult(result: number): string {
  return result < 0 ? `-${errnoName(-result)} (${errnoMessage(-result)})` : `${result}`;
}

/** Fields that name a domain, which may be the caller's own. */
const DOMAINS: ReadonlySet<string> = new Set(['dom', 'remote_dom']);

/** Input fields, `{port=9}`; `?` for those that were not read. */
export function fieldsText(args: Readonly<Record<string, number>>): string {
  const fields = Object.entries(args).map(
    ([name, value]) =>
      `${name}=${value === DOMID_SELF && DOMAINS.has(name) ? 'DOMID_SELF' : value}`,
  );
  return fields.length === 0 ? '?' : `{${fields.join(', ')}}`;
}

/** Ports longer lists than this are cut after. */
const PORTS_SHOWN = 16;

/**
 * A list of ports, `{14, 15}`.
 * @param more - how many there are that are not in the list
 */
export function portsText(ports: readonly number[], more = 0): string {
  const shown = ports.slice(0, PORTS_SHOWN).map(String);
  const left = ports.length - shown.length + more;
  if (left > 0) shown.push(shown.length === 0 ? `${left} ports` : `${left} more`);
  return `{${shown.join(', ')}}`;
}
