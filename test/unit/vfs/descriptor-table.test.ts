import { describe, expect, it } from 'vitest';
import { EBADF, EINVAL, EMFILE } from '../../../src/abi/errno.js';
import {
  O_ASYNC,
  O_CLOEXEC,
  O_DIRECT,
  O_NONBLOCK,
  O_PATH,
  O_RDWR,
} from '../../../src/abi/fcntl.js';
import { FIOASYNC, FIOCLEX, FIONCLEX } from '../../../src/abi/ioctl.js';
import { DescriptorTable } from '../../../src/vfs/descriptor-table.js';
import type { SignalInfo } from '../../../src/vfs/fasync.js';
import { File } from '../../../src/vfs/file.js';
import { ProgramMemory } from './program-memory.js';
import { QueueDevice } from './queue-device.js';

function newFile(flags: number = O_RDWR) {
  const device = new QueueDevice();
  return { device, file: new File(device, flags) };
}

describe('descriptors', () => {
  it('are the lowest that are free', () => {
    const table = new DescriptorTable();
    expect([0, 1, 2, 3].map(() => table.install(newFile().file))).toEqual([0, 1, 2, 3]);
    table.close(2);
    table.close(1);
    expect(table.install(newFile().file)).toBe(1);
    expect(table.dup(0)).toBe(2);
    expect(table.dup(0)).toBe(4);
  });

  it('name the file they were installed with, until they are closed', () => {
    const table = new DescriptorTable();
    const { file } = newFile();
    const fd = table.install(file);
    expect(table.file(fd)).toBe(file);
    expect(table.close(fd)).toBe(0);
    expect(table.file(fd)).toBeUndefined();
    expect(table.close(fd)).toBe(-EBADF);
  });

  it('that are not open are EBADF everywhere', () => {
    const table = new DescriptorTable();
    const memory = new ProgramMemory();
    for (const fd of [0, 5, -1, 2 ** 31]) {
      expect(table.file(fd)).toBeUndefined();
      expect(table.dup(fd)).toBe(-EBADF);
      expect(table.close(fd)).toBe(-EBADF);
      expect(table.closeOnExec(fd)).toBe(-EBADF);
      expect(table.setFlags(fd, O_NONBLOCK)).toBe(-EBADF);
      expect(table.setFlags(fd, O_CLOEXEC)).toBe(-EBADF);
      expect(table.ioctl(fd, FIOCLEX, memory, 0)).toBe(-EBADF);
    }
  });

  it('share the file after dup: the last close releases it, and one sets flags for all', () => {
    const table = new DescriptorTable();
    const { device, file } = newFile();
    const fd = table.install(file);
    const copy = table.dup(fd);
    expect(table.file(copy)).toBe(file);
    table.setFlags(copy, O_NONBLOCK);
    expect(table.file(fd)?.nonBlocking).toBe(true);
    table.close(fd);
    expect(device.releases).toBe(0);
    table.close(copy);
    expect(device.releases).toBe(1);
  });
});

describe('the limit', () => {
  it('is 1024 at first', () => {
    const table = new DescriptorTable();
    expect(table.limit).toBe(1024);
    const { file } = newFile();
    table.install(file);
    for (let fd = 1; fd < 1024; fd++) expect(table.dup(0)).toBe(fd);
    expect(table.dup(0)).toBe(-EMFILE);
    expect(file.references).toBe(1024);
  });

  it('refuses with EMFILE and lets the file go', () => {
    const table = new DescriptorTable();
    table.limit = 1;
    expect(table.install(newFile().file)).toBe(0);
    const { device, file } = newFile();
    expect(table.install(file)).toBe(-EMFILE);
    expect(device.releases).toBe(1);
    expect(table.dup(0)).toBe(-EMFILE);
    expect(table.file(0)?.references).toBe(1);
  });

  it('lowered leaves what is open open', () => {
    const table = new DescriptorTable();
    for (let i = 0; i < 4; i++) table.install(newFile().file);
    table.limit = 2;
    expect(table.file(3)).toBeDefined();
    table.close(3);
    expect(table.install(newFile().file)).toBe(-EMFILE);
    table.close(1);
    expect(table.install(newFile().file)).toBe(1);
  });

  it('0 allows none', () => {
    const table = new DescriptorTable();
    table.limit = 0;
    expect(table.install(newFile().file)).toBe(-EMFILE);
  });
});

describe('close-on-exec', () => {
  it('belongs to the descriptor: dup clears it, ioctl sets and clears it', () => {
    const table = new DescriptorTable();
    const memory = new ProgramMemory();
    const fd = table.install(newFile().file, true);
    const copy = table.dup(fd);
    expect([table.closeOnExec(fd), table.closeOnExec(copy)]).toEqual([1, 0]);
    expect(table.ioctl(copy, FIOCLEX, memory, 0)).toBe(0);
    expect(table.ioctl(fd, FIONCLEX, memory, 0)).toBe(0);
    expect([table.closeOnExec(fd), table.closeOnExec(copy)]).toEqual([0, 1]);
    expect(table.file(fd)?.flags).toBe(O_RDWR);
  });

  it('is set by FIOCLEX whatever the command’s bits above 32', () => {
    const table = new DescriptorTable();
    const fd = table.install(newFile().file);
    expect(table.ioctl(fd, 2 ** 32 + FIOCLEX, new ProgramMemory(), 0)).toBe(0);
    expect(table.closeOnExec(fd)).toBe(1);
  });

  it('closes at exec, and nothing else is closed', () => {
    const table = new DescriptorTable();
    const kept = newFile();
    const closed = newFile();
    table.install(kept.file);
    table.install(closed.file, true);
    table.exec();
    expect(closed.device.releases).toBe(1);
    expect(kept.device.releases).toBe(0);
    expect(table.file(1)).toBeUndefined();
    expect(table.install(newFile().file)).toBe(1);
  });
});

describe('processes', () => {
  it('a child shares files, flags of descriptors and the limit, and then goes its own way', () => {
    const table = new DescriptorTable();
    table.limit = 3;
    const { device, file } = newFile();
    table.install(newFile().file);
    table.install(file, true);
    table.close(0);
    const child = table.fork();
    expect(child.file(0)).toBeUndefined();
    expect(child.file(1)).toBe(file);
    expect(child.closeOnExec(1)).toBe(1);
    expect(child.limit).toBe(3);
    child.limit = 1;
    expect(table.limit).toBe(3);
    table.close(1);
    expect(child.file(1)).toBe(file);
    expect(device.releases).toBe(0);
    child.exec();
    expect(device.releases).toBe(1);
  });

  it('exit closes everything, once', () => {
    const table = new DescriptorTable();
    const files = [newFile(), newFile(), newFile()];
    for (const { file } of files) table.install(file);
    table.close(1);
    table.dup(0);
    table.exit();
    table.exit();
    expect(files.map(({ device }) => device.releases)).toEqual([1, 1, 1]);
    expect(table.file(0)).toBeUndefined();
  });
});

describe('calls on a descriptor', () => {
  it('ioctl reaches the file with the rest, and nothing behind O_PATH', () => {
    const table = new DescriptorTable();
    const memory = new ProgramMemory();
    const { device, file } = newFile();
    const fd = table.install(file);
    expect(table.ioctl(fd, 0x4505, memory, 3)).toBe(17);
    expect(device.calls).toEqual([`ioctl ${0x4505} 3`]);
    const path = table.install(newFile(O_PATH).file);
    expect(table.ioctl(path, FIOCLEX, memory, 0)).toBe(-EBADF);
    expect(table.closeOnExec(path)).toBe(0);
  });

  it('F_SETFL ignores O_CLOEXEC and refuses O_DIRECT', () => {
    const table = new DescriptorTable();
    const { file } = newFile();
    const fd = table.install(file);
    expect(table.setFlags(fd, O_CLOEXEC | O_NONBLOCK)).toBe(0);
    expect(file.flags).toBe(O_RDWR | O_NONBLOCK);
    expect(table.closeOnExec(fd)).toBe(0);
    expect(table.setFlags(fd, O_DIRECT)).toBe(-EINVAL);
  });

  it.each([
    ['F_SETFL', (table: DescriptorTable, fd: number) => table.setFlags(fd, O_ASYNC)],
    [
      'FIOASYNC',
      (table: DescriptorTable, fd: number) => {
        const memory = new ProgramMemory();
        return table.ioctl(fd, FIOASYNC, memory, memory.store(1));
      },
    ],
  ])('a signal names the descriptor on which %s asked for it', (_name, ask) => {
    const table = new DescriptorTable();
    const { device, file } = newFile();
    table.install(newFile().file);
    const fd = table.install(file);
    const signals: SignalInfo[] = [];
    file.owner = { deliver: (info) => signals.push(info) };
    file.signal = 34;
    expect(ask(table, fd)).toBe(0);
    device.feed(1);
    expect(signals.map((info) => info.fd)).toEqual([fd]);
  });
});
