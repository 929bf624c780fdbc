import { describe, expect, it } from 'vitest';
import {
  inheritedDescriptors,
  type OpenDescriptor,
} from '../../../src/run/inherited-descriptors.js';

const CLOSED_ON_EXEC = 0o2000000;
const NONBLOCK = 0o4000;
const [READ, WRITE, BOTH] = [0, 1, 2];

const open = (fd: number, target: string, flags: number): OpenDescriptor => ({ fd, target, flags });

/** What Node has for itself after its start, from a number up. */
const nodes = (from: number): OpenDescriptor[] =>
  [
    ['anon_inode:[eventpoll]', BOTH],
    ['pipe:[1]', READ],
    ['pipe:[1]', WRITE],
    ['pipe:[2]', READ | NONBLOCK],
    ['pipe:[2]', WRITE | NONBLOCK],
    ['anon_inode:[eventfd]', BOTH | NONBLOCK],
    ['anon_inode:[io_uring]', BOTH],
    ['/dev/null', READ],
    ['pipe:[3]', READ | NONBLOCK],
    ['pipe:[3]', WRITE | NONBLOCK],
  ].map(([target, flags], index) =>
    open(from + index, target as string, (flags as number) | CLOSED_ON_EXEC),
  );

const STANDARD = [0, 1, 2].map((fd) => open(fd, '/dev/pts/1', BOTH | CLOSED_ON_EXEC));

describe('inherited descriptors', () => {
  it('are none in a process that was started with the standard streams', () => {
    expect(inheritedDescriptors([...STANDARD, ...nodes(3)])).toEqual([]);
  });

  it.each([
    ['a file', '/etc/hosts', READ],
    ['a socket', 'socket:[7]', BOTH],
    ['one end of a pipe', 'pipe:[7]', READ],
    ['one end of a pipe that does not block', 'pipe:[7]', WRITE | NONBLOCK],
    ['a device', '/dev/xen/evtchn', BOTH],
    ['/dev/null to write to', '/dev/null', WRITE],
    ['a file that is in no folder', '/memfd:x (deleted)', BOTH],
  ])('are told from what Node opened: %s', (_, target, flags) => {
    const given = open(3, target, flags | CLOSED_ON_EXEC);
    expect(inheritedDescriptors([...STANDARD, given, ...nodes(4)])).toEqual([3]);
  });

  it('are told from those of the same kind that Node opened', () => {
    const jobs = [
      open(3, 'pipe:[7]', READ | CLOSED_ON_EXEC),
      open(4, 'pipe:[7]', WRITE | CLOSED_ON_EXEC),
    ];
    const nothing = open(5, '/dev/null', READ | CLOSED_ON_EXEC);
    expect(inheritedDescriptors([...STANDARD, ...jobs, nothing, ...nodes(6)])).toEqual([3, 4, 5]);
  });

  it('with high numbers, which Node leaves as they are, are kept whatever they are', () => {
    const high = [
      open(62, '/dev/null', READ),
      open(63, 'pipe:[9]', READ),
      open(64, 'pipe:[9]', WRITE),
    ];
    expect(inheritedDescriptors([...STANDARD, ...nodes(3), ...high])).toEqual([62, 63, 64]);
  });
});
