import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { libc } from '../../../src/native/libc.js';
import { writeReady, wrongDescriptor } from '../../../src/serve/ready-descriptor.js';
import { ownFolder } from './own-folder.js';

/** The first descriptor of this process that leads to something of that sort. */
function ours(sort: string): number {
  const found = readdirSync('/proc/self/fd').find((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(sort);
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`this process has no ${sort}`);
  return Number(found);
}

it('takes a descriptor one can write to, tells it and closes it', () => {
  const path = join(ownFolder(), 'ready');
  const fd = openSync(path, 'w');
  expect(wrongDescriptor(fd)).toBeUndefined();
  writeReady(fd);
  expect(readFileSync(path, 'utf8')).toBe('ready\n');
  expect(() => closeSync(fd)).toThrow('EBADF');
});

it('takes a named pipe that somebody reads', () => {
  const path = join(ownFolder(), 'fifo');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(reader));
  const fd = openSync(path, 'w');
  expect(wrongDescriptor(fd)).toBeUndefined();
  writeReady(fd);
  expect(readFileSync(reader, 'utf8')).toBe('ready\n');
});

it('refuses the standard streams, and what is not open', () => {
  for (const fd of [0, 1, 2]) expect(wrongDescriptor(fd)).toContain('take 3 or more');
  expect(wrongDescriptor(987_654)).toBe('descriptor 987654 is not open');
});

it('refuses one that is open for reading only', () => {
  const fd = openSync('/dev/null', 'r');
  onTestFinished(() => closeSync(fd));
  expect(wrongDescriptor(fd)).toBe(`descriptor ${fd} is open for reading only`);
});

it.each(['anon_inode:[eventpoll]', 'anon_inode:[eventfd]'])(
  'refuses what Node opened for itself: %s',
  (sort) => {
    const fd = ours(sort);
    expect(wrongDescriptor(fd)).toBe(`descriptor ${fd} is not open`);
  },
);

it('refuses both ends of a pipe within this process, as Node has for signals', () => {
  const ends = new Int32Array(32);
  expect(libc('int pipe2(void *ends, int flags)')(ends, 0)).toBe(0);
  const [reader, writer] = ends;
  onTestFinished(() => [reader!, writer!].forEach(closeSync));
  expect(wrongDescriptor(reader!)).toBe(`descriptor ${reader} is not open`);
  expect(wrongDescriptor(writer!)).toBe(`descriptor ${writer} is not open`);
});

it('closes the descriptor when it cannot be told', () => {
  const fd = openSync('/dev/full', 'w');
  expect(() => writeReady(fd)).toThrow('ENOSPC');
  expect(() => closeSync(fd)).toThrow('EBADF');
});
