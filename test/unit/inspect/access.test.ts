import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import {
  comesFromThePage,
  namesThisServer,
  newToken,
  sameToken,
  urlHost,
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

it('writes addresses as URLs have them', () => {
  expect(urlHost('127.0.0.1')).toBe('127.0.0.1');
  expect(urlHost('::1')).toBe('[::1]');
});
