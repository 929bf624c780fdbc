import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mountWithFusermount, unmountWithFusermount } from '../../../src/native/fusermount.js';

let folder: string;

/** Puts a program in place of fusermount3; $LOG is where it can write down what it was called with. */
function standIn(script: string): void {
  const path = join(folder, 'fusermount3');
  writeFileSync(path, `#!/bin/sh\nLOG=${join(folder, 'log')}\n${script}\n`);
  chmodSync(path, 0o755);
}

const log = (): string => readFileSync(join(folder, 'log'), 'utf8');
const descriptors = (): string[] => readdirSync('/proc/self/fd');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xen-evtchn-fusermount-'));
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
  vi.stubEnv('NOTIFY_SOCKET', '/run/notify');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
});

describe('mountWithFusermount', () => {
  it('asks for the options of a host, with a socket to answer on', async () => {
    standIn(
      'echo "$@" "[$NOTIFY_SOCKET]" >$LOG; [ -S /proc/self/fd/$_FUSE_COMMFD ]; echo $? >>$LOG; exit 1',
    );
    const before = descriptors();
    await expect(mountWithFusermount('/srv/xen', { allowOther: true })).rejects.toThrow();
    expect(log()).toBe(
      '-o fsname=xen-evtchn,subtype=xen-evtchn,nosuid,nodev,default_permissions,allow_other -- /srv/xen []\n0\n',
    );
    expect(descriptors()).toEqual(before);
  });

  it.each([
    [
      "fusermount3: option allow_other only allowed if 'user_allow_other' is set in /etc/fuse.conf",
      'EPERM',
      "needs a line 'user_allow_other' in /etc/fuse.conf",
    ],
    [
      'fusermount3: failed to open /dev/fuse: Permission denied',
      'EACCES',
      'failed to open /dev/fuse: Permission denied; see xen-evtchn doctor',
    ],
    [
      "fusermount3: fuse device not found, try 'modprobe fuse' first",
      'EPERM',
      "fuse device not found, try 'modprobe fuse' first",
    ],
    ['', 'EPERM', 'failed without a word'],
  ])('passes on its words: %s', async (said, code, words) => {
    standIn(`cat >&2 <<'END'\n${said}\nEND\nexit 1`);
    await expect(mountWithFusermount('/srv/xen')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it('says how to get it where it is missing', async () => {
    vi.stubEnv('PATH', folder);
    await expect(mountWithFusermount('/srv/xen')).rejects.toMatchObject({
      code: 'ENOENT',
      message: expect.stringContaining('package fuse3'),
    });
  });

  it('unmounts when no descriptor came', async () => {
    standIn('echo "$1" "$2" "$3" "$4" >>$LOG');
    await expect(mountWithFusermount('/srv/xen')).rejects.toMatchObject({ code: 'EAGAIN' });
    expect(log()).toMatch(/^-o \S+ -- \/srv\/xen\n-u -z -- \/srv\/xen\n$/);
  });
});

describe('unmountWithFusermount', () => {
  it('unmounts at once', () => {
    standIn('echo "$@" >$LOG');
    unmountWithFusermount('/srv/xen');
    expect(log()).toBe('-u -z -- /srv/xen\n');
  });

  it('passes on why it could not', () => {
    standIn('echo "fusermount3: entry for /srv/xen not found in /etc/mtab" >&2; exit 1');
    expect(() => unmountWithFusermount('/srv/xen')).toThrow('not found in /etc/mtab');
  });

  it('says how to get it where it is missing', () => {
    vi.stubEnv('PATH', folder);
    expect(() => unmountWithFusermount('/srv/xen')).toThrow('package fuse3');
  });
});
