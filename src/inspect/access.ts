import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { networkInterfaces } from 'node:os';
import { urlHost } from '../http/url-host.js';

/** Random bytes of a token: nobody guesses 192 bits. */
const TOKEN_BYTES = 24;

/** A new access token: 32 letters, digits, `-` and `_`. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a given token is the right one; how long that takes says nothing about either. */
export function sameToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

/**
 * An address that a browser can go to, for one that is listened on: for all addresses of this machine (`0.0.0.0`, `::`) the
 * first that other machines know, if there is one.
 * @param interfaces - addresses of this machine, as Node tells them
 */
export function reachableAddress(
  address: string,
  interfaces: ReturnType<typeof networkInterfaces>,
): string {
  if (address !== '0.0.0.0' && address !== '::') return address;
  const family = address === '::' ? 'IPv6' : 'IPv4';
  const own = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const outside = own.find(
    (each) => each.family === family && !each.internal && !each.address.startsWith('fe80:'),
  );
  return outside?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}

/** An IPv4 address that came in on an IPv6 socket is one all the same. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** The name or address in a Host header, without the port; undefined if it is none. */
function nameIn(header: string): string | undefined {
  try {
    const { hostname, host } = new URL(`http://${header}`);
    return header.toLowerCase().startsWith(host.toLowerCase()) ? hostname : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a request names this very server in its Host header: `localhost`, a loopback address, or the address it came in
 * on. A page of another site whose name was made to lead here (DNS rebinding) sends that name. The port may be another one:
 * that of a tunnel.
 */
export function namesThisServer(header: string | undefined, localAddress: string): boolean {
  const name = header === undefined ? undefined : nameIn(header);
  if (name === undefined) return false;
  return ['localhost', '127.0.0.1', '[::1]', urlHost(plainAddress(localAddress))].includes(name);
}

/**
 * Whether a request that changes something comes from the page itself, or from no page at all, as of curl: browsers say where
 * it comes from, and no script can have them say something else.
 */
export function comesFromThePage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}
