import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { O_NONBLOCK, O_RDWR } from '../../../src/abi/fcntl.js';
import { closeDescriptor, openEventfd } from '../../../src/native/descriptor.js';
import { closedWithWorker, closeFile, openFile } from '../../../src/native/file-descriptor.js';

const open = (fd: number) => existsSync(`/proc/self/fd/${fd}`);

describe('a file of node:fs', () => {
  it('is opened with the flags, closed on exec, and closed for good', () => {
    const fd = openFile('/dev/null', O_RDWR | O_NONBLOCK);
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe('/dev/null');
    const flags = /flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!;
    expect(Number.parseInt(flags, 8) & 0o2004003).toBe(0o2004002);
    closeFile(fd);
    expect(open(fd)).toBe(false);
    expect(() => closeFile(fd)).not.toThrow();
  });

  it('fails as a call of the device does, with the advice', () => {
    expect(() => openFile('/nowhere/at/all', O_RDWR, (errno) => `advice ${errno}`)).toThrow(
      expect.objectContaining({
        name: 'EvtchnError',
        code: 'ENOENT',
        errno: -2,
        syscall: 'open',
        message: 'ENOENT: No such file or directory, open: advice 2',
      }),
    );
    expect(() => openFile('/nowhere', O_RDWR)).toThrow('ENOENT: No such file or directory, open');
  });

  it('is refused as Node refuses it where the path is none', () => {
    expect(() => openFile('a\0b', O_RDWR)).toThrow(TypeError);
  });
});

describe('a descriptor that Node closes with its worker', () => {
  it('is the same file, and nothing else is open', () => {
    const before = readdirSync('/proc/self/fd').length;
    const fd = closedWithWorker(openEventfd());
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe('anon_inode:[eventfd]');
    expect(readdirSync('/proc/self/fd')).toHaveLength(before + 1);
    closeFile(fd);
    closeDescriptor(fd);
    expect(open(fd)).toBe(false);
  });
});
