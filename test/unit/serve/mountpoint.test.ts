import { describe, expect, it } from 'vitest';
import { EvtchnError } from '../../../src/errors/evtchn-error.js';
import type { Mount } from '../../../src/serve/mount-table.js';
import { judgeDevice, judgeDirectory } from '../../../src/serve/mountpoint.js';
import type { Sight } from '../../../src/serve/probe.js';
import { mountOf } from './mounts.js';

const DIR = '/srv/xen';
const DEVICE = '/dev/xen/evtchn';
const STATUS = `pid ${process.pid}\nversion 0.1.0\nprotocol 7.45\nowner 0\n`;

/** An empty directory, but for what is given. */
function directory(given: Partial<Sight> = {}): Sight {
  return { path: DIR, mount: 27, answer: 'alive', kind: 'directory', empty: true, ...given };
}

/** An empty file, but for what is given. */
function file(given: Partial<Sight> = {}): Sight {
  return { path: DEVICE, mount: 27, answer: 'alive', kind: 'file', empty: true, ...given };
}

/** The refusal of whatever is done. */
function refusal(act: () => unknown): EvtchnError {
  try {
    act();
  } catch (error) {
    if (error instanceof EvtchnError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const onDirectory = (sight: Sight, mount?: Mount, user = 0) =>
  refusal(() => judgeDirectory(DIR, sight, mount, user));
const onDevice = (sight: Sight, mount?: Mount) => refusal(() => judgeDevice(DEVICE, sight, mount));

describe('judgeDirectory', () => {
  it('has a missing directory made and uses an empty one', () => {
    expect(judgeDirectory(DIR, { error: 'ENOENT', answer: 'alive' }, undefined, 0)).toBe('create');
    expect(judgeDirectory(DIR, directory(), undefined, 0)).toBe('use');
  });

  it.each([
    ['a path through a file', directory({ error: 'ENOTDIR' }), 'ENOTDIR', 'is a file'],
    ['a path one may not see', directory({ error: 'EACCES' }), 'EACCES', 'choose another place'],
    ['links in a circle', directory({ error: 'ELOOP' }), 'ELOOP', 'symbolic links'],
    ['an error it has no words for', directory({ error: 'EIO' }), 'EIO', 'cannot be looked at'],
    ['an unheard-of error', directory({ error: 'ENONSENSE' }), 'EIO', 'cannot be looked at'],
    ['a file', file(), 'ENOTDIR', 'needs an empty directory'],
    ['a directory with something in it', directory({ empty: false }), 'ENOTEMPTY', '--at DIR'],
    [
      'a directory one may not read',
      directory({ unreadable: 'EACCES' }),
      'EACCES',
      'choose another place',
    ],
    ['a place on a dead file system', directory({ answer: 'dead' }), 'ENOTCONN', 'is gone'],
    ['a place on a hanging one', directory({ answer: 'hanging' }), 'EBUSY', 'does not answer'],
  ])('refuses %s', (_, sight, code, words) => {
    const error = onDirectory(sight);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).toContain(DIR);
  });

  it('looks again when the directory vanished while one looked', () => {
    expect(judgeDirectory(DIR, directory({ unreadable: 'ENOENT' }), undefined, 0)).toBe('create');
  });

  it('replaces the mount of a killed server: its own, and for root everybody’s', () => {
    const dead = directory({ answer: 'dead' });
    expect(judgeDirectory(DIR, dead, mountOf(), 0)).toBe('replace');
    expect(judgeDirectory(DIR, dead, mountOf({ user: 1000 }), 1000)).toBe('replace');
    expect(judgeDirectory(DIR, dead, mountOf({ user: 1000 }), 0)).toBe('replace');
  });

  it('leaves the mount of another user’s killed server, with the way to remove it', () => {
    const error = onDirectory(directory({ answer: 'dead' }), mountOf({ user: 0 }), 1000);
    expect(error.code).toBe('EBUSY');
    expect(error.message).toContain('user 0');
    expect(error.message).toContain(`umount ${DIR}`);
  });

  it('refuses a living host, with its process, since when it runs, and how to stop it', () => {
    const error = onDirectory(directory({ server: STATUS, empty: false }), mountOf());
    expect(error.code).toBe('EBUSY');
    expect(error.message).toMatch(new RegExp(`pid ${process.pid} since \\d{4}-\\d\\d-\\d\\dT`));
    expect(error.message).toContain(`stop it with: kill ${process.pid}`);
  });

  it('says when a living host started', () => {
    const { message } = onDirectory(directory({ server: STATUS }), mountOf());
    const since = Date.parse(/since (\S+)\)/.exec(message)?.[1] ?? '');
    const age = Date.now() - since;
    expect(Math.abs(age - process.uptime() * 1000)).toBeLessThan(2000);
  });

  it('names no process that it does not know', () => {
    const error = onDirectory(directory(), mountOf({ device: '0:9999999', user: 1000 }), 1001);
    expect(error.message).toContain('pid unknown, user 1000');
    expect(error.message).not.toMatch(/kill \d/);
  });

  it('refuses a host that does not answer, with two ways out', () => {
    const told = onDirectory(directory({ answer: 'hanging', server: STATUS }), mountOf());
    expect(told.code).toBe('EBUSY');
    expect(told.message).toContain('does not answer');
    expect(told.message).toContain(`kill -CONT ${process.pid}`);
    const unknown = onDirectory(directory({ answer: 'hanging' }), mountOf({ device: '0:9999999' }));
    expect(unknown.message).toContain(`umount -l ${DIR}`);
  });

  it.each(['alive', 'dead', 'hanging'] as const)('refuses what else is mounted, %s', (answer) => {
    const error = onDirectory(directory({ answer }), mountOf({ type: 'fuse.sshfs' }));
    expect(error.code).toBe('EBUSY');
    expect(error.message).toContain('fuse.sshfs');
  });
});

describe('judgeDevice', () => {
  it('has a missing file made, uses an empty one, replaces what a killed server left', () => {
    expect(judgeDevice(DEVICE, { error: 'ENOENT', answer: 'alive' }, undefined)).toBe('create');
    expect(judgeDevice(DEVICE, file(), undefined)).toBe('use');
    expect(judgeDevice(DEVICE, file({ answer: 'dead' }), mountOf())).toBe('replace');
  });

  it.each([
    ['a real device', file({ kind: 'character device' }), 'EEXIST', 'leave --dev-xen out'],
    ['a directory', file({ kind: 'directory' }), 'EEXIST', 'no device'],
    ['a file with something in it', file({ empty: false }), 'EEXIST', 'no device'],
    ['a path through a file', file({ error: 'ENOTDIR' }), 'ENOTDIR', 'is a file'],
    ['a place on a hanging file system', file({ answer: 'hanging' }), 'EBUSY', 'does not answer'],
  ])('refuses %s', (_, sight, code, words) => {
    const error = onDevice(sight);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });

  it('refuses the device of a living host, and what else is mounted', () => {
    const living = onDevice(file({ server: STATUS }), mountOf({ root: '/0/evtchn' }));
    expect(living.message).toContain(`kill ${process.pid}`);
    const other = onDevice(file(), mountOf({ type: 'devtmpfs' }));
    expect(other.message).toContain('devtmpfs');
  });
});
