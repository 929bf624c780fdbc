import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sendNotification } from '../../../src/native/notify-socket.js';
import { listenForDatagrams } from './unix-socket.js';

it('reaches a socket by its path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'notify');
  const received = listenForDatagrams(`${path}\0`);
  sendNotification(path, 'READY=1\nSTATUS=größer');
  expect(received()).toBe('READY=1\nSTATUS=größer');
});

it('reaches a socket by its abstract name', () => {
  const name = `xen-evtchn-test-${process.pid}`;
  const received = listenForDatagrams(`\0${name}`);
  sendNotification(`@${name}`, 'READY=1');
  expect(received()).toBe('READY=1');
});

it('tells when nobody listens, and when no address holds the name', () => {
  expect(() => sendNotification('/nonexistent/notify', 'x')).toThrow('ENOENT');
  expect(() => sendNotification(`/${'x'.repeat(107)}`, 'x')).toThrow('ENAMETOOLONG');
  expect(() => sendNotification(`/${'x'.repeat(106)}`, 'x')).toThrow('ENOENT');
});
