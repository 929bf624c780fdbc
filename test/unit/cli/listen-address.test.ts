import { expect, it } from 'vitest';
import { isLoopback, listenAddress } from '../../../src/cli/listen-address.js';

it.each([
  ['8080', '127.0.0.1', 8080],
  ['127.0.0.1', '127.0.0.1', 0],
  ['127.0.0.1:8080', '127.0.0.1', 8080],
  ['localhost', '127.0.0.1', 0],
  ['localhost:80', '127.0.0.1', 80],
  ['0.0.0.0:8080', '0.0.0.0', 8080],
  ['::1', '::1', 0],
  ['[::1]', '::1', 0],
  ['[::1]:65535', '::1', 65535],
  ['fd00::5', 'fd00::5', 0],
])('reads %s', (text, address, port) => {
  expect(listenAddress(text)).toEqual({ address, port });
});

it.each([
  '',
  ':8080',
  '65536',
  '127.0.0.1:',
  '127.0.0.1:x',
  '127.0.0.1:65536',
  '[127.0.0.1]:80',
  '[::1]:',
  '[]',
  '[::1',
  '::g',
  'example.org',
  '1.2.3',
  '-1',
])('refuses "%s"', (text) => {
  expect(() => listenAddress(text)).toThrow('It must be ADDRESS, ADDRESS:PORT or PORT');
});

it('knows what only this machine can reach', () => {
  const loopback = ['127.0.0.1', '127.8.9.1', '::1'];
  const others = ['0.0.0.0', '::', '192.168.1.5', 'fd00::5'];
  for (const address of loopback) expect(isLoopback({ address, port: 0 })).toBe(true);
  for (const address of others) expect(isLoopback({ address, port: 0 })).toBe(false);
});
