import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceNumberOf, makeDeviceNode } from '../../../src/native/device-node.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'device-node-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('deviceNumberOf', () => {
  it('reads what stat says', () => {
    expect(deviceNumberOf(statSync('/dev/null').rdev)).toEqual({ major: 1, minor: 3 });
    expect(deviceNumberOf(statSync('/dev/zero').rdev)).toEqual({ major: 1, minor: 5 });
  });

  it('reads large minors, whose upper bits stand above the major', () => {
    // gnu_dev_makedev(245, 0x12345)
    expect(deviceNumberOf(0x1230f545)).toEqual({ major: 245, minor: 0x12345 });
  });
});

describe('makeDeviceNode', () => {
  it.runIf(process.getuid?.() === 0)('makes a node that works, whatever the umask', () => {
    const path = join(folder, 'zero');
    const before = process.umask(0o077);
    try {
      makeDeviceNode(path, { major: 1, minor: 5 }, 0o644);
    } finally {
      process.umask(before);
    }
    const found = statSync(path);
    expect(found.isCharacterDevice()).toBe(true);
    expect(found.mode & 0o7777).toBe(0o644);
    expect(deviceNumberOf(found.rdev)).toEqual({ major: 1, minor: 5 });
  });

  it('leaves what is there', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'text');
    expect(() => makeDeviceNode(path, { major: 1, minor: 5 }, 0o644)).toThrow(
      expect.objectContaining({ syscall: `mknod ${path}` }),
    );
    expect(statSync(path)).toMatchObject({ size: 4 });
  });
});
