import { expect, it } from 'vitest';
import { urlHost } from '../../../src/http/url-host.js';

it('writes addresses as URLs have them', () => {
  expect(urlHost('127.0.0.1')).toBe('127.0.0.1');
  expect(urlHost('::1')).toBe('[::1]');
});
