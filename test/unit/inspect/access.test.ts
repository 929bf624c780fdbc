import type { IncomingMessage } from 'node:http';
import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import {
  comesFromThePage,
  namesThisServer,
  newToken,
  reachableAddress,
  sameToken,
} from '../../../src/inspect/access.js';

it('makes a token that is new each time, safe in a path and too long to be guessed', () => {
  const tokens = Array.from({ length: 100 }, newToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) {
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(token, 'base64url').length * 8).toBeGreaterThanOrEqual(128);
  }
});

it('tells the right token from any other', () => {
  const token = newToken();
  expect(sameToken(token, token)).toBe(true);
  for (const wrong of ['', token.slice(1), `${token}A`, token.toUpperCase(), newToken()]) {
    expect(sameToken(wrong, token)).toBe(false);
  }
});

it.each([
  ['localhost:8080', '127.0.0.1'],
  ['LOCALHOST', '127.0.0.1'],
  ['127.0.0.1:1', '127.0.0.1'],
  ['[::1]:8080', '::1'],
  ['192.168.1.5:8080', '192.168.1.5'],
  ['192.168.1.5', '::ffff:192.168.1.5'],
  ['[fd00::5]:8080', 'fd00::5'],
])('is named by %s when it is reached at %s', (header, address) => {
  expect(namesThisServer(header, address)).toBe(true);
});

it.each([
  [undefined, '127.0.0.1'],
  ['', '127.0.0.1'],
  ['evil.example', '127.0.0.1'],
  ['evil.example:8080', '127.0.0.1'],
  ['localhost.evil.example', '127.0.0.1'],
  ['127.0.0.1.evil.example', '127.0.0.1'],
  ['192.168.1.6', '192.168.1.5'],
  ['user@localhost', '127.0.0.1'],
  ['evil.example/@localhost', '127.0.0.1'],
  ['localhost, evil.example', '127.0.0.1'],
])('is not named by %s when it is reached at %s', (header, address) => {
  expect(namesThisServer(header, address)).toBe(false);
});

it.each([
  [{}, true],
  [{ origin: 'http://127.0.0.1:8080' }, true],
  [{ origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }, true],
  [{ origin: 'http://127.0.0.1:8081' }, false],
  [{ origin: 'https://evil.example' }, false],
  [{ origin: 'null' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ 'sec-fetch-site': 'same-site' }, false],
  [{ 'sec-fetch-site': 'none' }, false],
])('of a request with %j says whether it comes from the page: %s', (headers, expected) => {
  const request = { headers: { host: '127.0.0.1:8080', ...headers } };
  expect(comesFromThePage(request as IncomingMessage)).toBe(expected);
});

/** An address of a machine, as far as it matters. */
const address = (text: string, internal = false) =>
  ({
    address: text,
    family: text.includes(':') ? 'IPv6' : 'IPv4',
    internal,
  }) as NetworkInterfaceInfo;

it('names an address that one can go to, for all of them', () => {
  const interfaces = {
    lo: [address('127.0.0.1', true), address('::1', true)],
    eth0: [address('fe80::1'), address('192.168.1.5'), address('fd00::5')],
  };
  expect(reachableAddress('0.0.0.0', interfaces)).toBe('192.168.1.5');
  expect(reachableAddress('::', interfaces)).toBe('fd00::5');
  expect(reachableAddress('127.0.0.1', interfaces)).toBe('127.0.0.1');
  const alone = { lo: interfaces.lo };
  expect(reachableAddress('0.0.0.0', alone)).toBe('127.0.0.1');
  expect(reachableAddress('::', alone)).toBe('::1');
});
