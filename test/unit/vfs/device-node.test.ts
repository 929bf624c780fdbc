import { describe, expect, it } from 'vitest';
import { EACCES, EBADF, EEXIST, EINVAL, EMFILE, ENOMEM, ENOTDIR } from '../../../src/abi/errno.js';
import {
  O_ACCMODE,
  O_APPEND,
  O_ASYNC,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECT,
  O_DIRECTORY,
  O_DSYNC,
  O_EXCL,
  O_LARGEFILE,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from '../../../src/abi/fcntl.js';
import { DeviceNode, MISC_MAJOR, type Opener } from '../../../src/vfs/device-node.js';
import { File } from '../../../src/vfs/file.js';
import { ProgramMemory } from './program-memory.js';
import { QueueDevice } from './queue-device.js';

const ROOT: Opener = { uid: 0, comm: 'test' };
const USER: Opener = { uid: 1000, comm: 'test' };

/** A node of a driver that notes who opens. */
function newNode(refusal = 0) {
  const openers: Opener[] = [];
  const devices: QueueDevice[] = [];
  const driver = {
    name: 'xen/test',
    open(opener: Opener) {
      openers.push(opener);
      if (refusal !== 0) return refusal;
      const device = new QueueDevice();
      devices.push(device);
      return device;
    },
  };
  return { node: new DeviceNode(driver, 122), openers, devices };
}

/** Opens what must open. */
function opened(node: DeviceNode, flags: number, opener = ROOT): File {
  const file = node.open(flags, opener);
  if (!(file instanceof File)) throw new Error(`open answered ${file}`);
  return file;
}

describe('a device node', () => {
  it('is a misc device of root, mode 0600', () => {
    const { node } = newNode();
    expect(node).toMatchObject({ major: 10, minor: 122, mode: 0o600, uid: 0 });
    expect(MISC_MAJOR).toBe(10);
  });

  it('tells the driver who opens', () => {
    const { node, openers, devices } = newNode();
    const file = opened(node, O_RDWR);
    expect(openers).toEqual([ROOT]);
    expect(file.operations).toBe(devices[0]);
    expect(file.references).toBe(1);
  });

  it('passes the driver’s refusal on', () => {
    const { node } = newNode(-ENOMEM);
    expect(node.open(O_RDWR, ROOT)).toBe(-ENOMEM);
  });

  it.each([O_RDONLY, O_WRONLY, O_RDWR, O_ACCMODE])('lets only root in, access mode %i', (mode) => {
    const { node, openers } = newNode();
    expect(node.open(mode, USER)).toBe(-EACCES);
    expect(openers).toEqual([]);
    expect(opened(node, mode).flags).toBe(mode);
  });

  it('shows the flags open does not use up', () => {
    const { node } = newNode();
    const kept =
      O_RDWR | O_APPEND | O_NONBLOCK | O_ASYNC | O_DSYNC | O_LARGEFILE | O_NOFOLLOW | O_NOATIME;
    const usedUp = O_CREAT | O_NOCTTY | O_TRUNC | O_CLOEXEC;
    expect(opened(node, kept | usedUp).flags).toBe(kept);
    expect(opened(node, O_RDWR | O_EXCL).flags).toBe(O_RDWR);
  });

  it.each([
    ['O_CREAT with O_EXCL', O_CREAT | O_EXCL, -EEXIST],
    ['O_CREAT with O_EXCL and O_DIRECTORY', O_CREAT | O_EXCL | O_DIRECTORY, -EEXIST],
    ['O_DIRECTORY', O_DIRECTORY, -ENOTDIR],
    ['O_PATH with O_DIRECTORY', O_PATH | O_DIRECTORY, -ENOTDIR],
  ])('refuses %s before it looks at permissions', (_name, flags, errno) => {
    const { node, openers } = newNode();
    expect(node.open(flags | O_RDWR, USER)).toBe(errno);
    expect(node.open(flags | O_RDWR, ROOT)).toBe(errno);
    expect(openers).toEqual([]);
  });

  it('refuses O_DIRECT after the driver opened, and releases what it made', () => {
    const { node, devices } = newNode();
    expect(node.open(O_RDWR | O_DIRECT, ROOT)).toBe(-EINVAL);
    expect(devices[0]?.releases).toBe(1);
    expect(node.open(O_RDWR | O_DIRECT, USER)).toBe(-EACCES);
    expect(newNode(-EMFILE).node.open(O_RDWR | O_DIRECT, ROOT)).toBe(-EMFILE);
  });

  it('gives anybody an O_PATH file, of which the driver knows nothing', () => {
    const { node, openers } = newNode();
    const file = opened(node, O_PATH | O_RDWR | O_DIRECT | O_CREAT | O_EXCL | O_NONBLOCK, USER);
    expect(openers).toEqual([]);
    expect(file.flags).toBe(O_PATH);
    const memory = new ProgramMemory();
    expect(file.read(memory, memory.base, 4)).toBe(-EBADF);
    file.put();
    expect(file.references).toBe(0);
  });
});
