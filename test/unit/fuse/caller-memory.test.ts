import { describe, expect, it } from 'vitest';
import { CallerMemory } from '../../../src/fuse/caller-memory.js';
import { CallerPrograms } from './caller-programs.js';
import * as fuse from './fuse-request.js';
import { words } from './fuse-struct.js';
import { KernelSide } from './kernel-side.js';
import {
  BIND_INTERDOMAIN,
  BIND_UNBOUND_PORT,
  BIND_VIRQ,
  NOTIFY,
  RESET,
  RESTRICT_DOMID,
  ServedDevice,
  UNBIND,
} from './served-device.js';

const EPERM = -1;
const ESRCH = -3;
const EACCES = -13;
const EFAULT = -14;

describe('the argument of an ioctl', () => {
  const SIZES = [
    ['BIND_VIRQ', BIND_VIRQ, 4],
    ['BIND_INTERDOMAIN', BIND_INTERDOMAIN, 8],
    ['BIND_UNBOUND_PORT', BIND_UNBOUND_PORT, 4],
    ['UNBIND', UNBIND, 4],
    ['NOTIFY', NOTIFY, 4],
    ['RESTRICT_DOMID', RESTRICT_DOMID, 2],
  ] as const;

  for (const [name, command, count] of SIZES) {
    it(`of ${name} is ${count} bytes, at the pointer and nowhere else`, () => {
      for (const address of [
        0x7ffd_1234_5678n,
        0x5678_9abc_def1n,
        1n,
        0xffff_ffffn,
        0x1_0000_0000n,
        0x8000_0000_0000_0000n,
        0xffff_ffff_ffff_ffffn,
      ]) {
        const kernel = new KernelSide();
        const device = new ServedDevice(kernel, 0, { pid: 321 });
        // Just the structure is mapped: a byte more would fault.
        kernel.programs.put(321, address, words(5, 77).subarray(0, count));
        expect(device.ioctlAt(command, address)).not.toBe(EFAULT);
        expect(kernel.programs.looks).toEqual([{ pid: 321, address, count }]);
      }
    });

    it(`of ${name} is EFAULT when its last byte is not there, and nothing happens`, () => {
      const kernel = new KernelSide();
      const device = new ServedDevice(kernel, 0, { pid: 321 });
      kernel.programs.put(321, 4096n, words(7, 1).subarray(0, count - 1));
      expect(device.ioctlAt(command, 4096n)).toBe(EFAULT);
      expect(device.ioctlAt(command, 0n)).toBe(EFAULT);
      expect(kernel.denied).toEqual([]);
      expect([...kernel.session.devices.open()][0]!.file.operations).toMatchObject({
        portCount: 0,
        restricted: false,
      });
    });
  }

  it('of RESET is none: whatever the pointer, nothing is read', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    for (const address of [0n, 1n, (1n << 64n) - 1n]) {
      expect(device.ioctlAt(RESET, address)).toBe(0);
    }
    expect(kernel.programs.looks).toEqual([]);
  });

  it('is that of the thread that calls, and not of who opened the file', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0, { pid: 321 });
    kernel.programs.put(321, 64n, words(0));
    kernel.programs.put(322, 64n, words(7));
    const answer = kernel.succeed({ ...fuse.ioctl(device, BIND_UNBOUND_PORT, 64), pid: 322 });
    const { hypercalls } = kernel.host.domain(0)!;
    expect(hypercalls.status(0x7ff0, answer.as('ioctl_out').result)).toMatchObject({ dom: 7 });
  });

  it('of two bytes is two bytes, whatever stands behind them', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0);
    const other = new ServedDevice(kernel, 0);
    // What was read before is still in the buffer: 5 with more above it.
    expect(other.ioctl(NOTIFY, words(0xffff_0005))).toBe(-107);
    expect(device.ioctl(RESTRICT_DOMID, words(5).subarray(0, 2))).toBe(0);
    expect(device.bindInterdomain(5, 1)).toBe(ESRCH);
    expect(device.bindInterdomain(7, 1)).toBe(EACCES);
  });
});

describe('memory that may not be read', () => {
  it('is no bad pointer: the reason is answered, and told once for each call', () => {
    for (const errno of [EPERM, ESRCH, EACCES]) {
      const kernel = new KernelSide();
      const device = new ServedDevice(kernel, 0, { pid: 321 });
      kernel.programs.refusals.set(321, errno);
      expect(device.ioctl(NOTIFY, words(1))).toBe(errno);
      expect(kernel.denied).toEqual([{ pid: 321, errno }]);
      expect(device.ioctl(BIND_INTERDOMAIN, words(0, 1))).toBe(errno);
      expect(device.ioctl(RESTRICT_DOMID, words(1))).toBe(errno);
      expect(kernel.denied).toHaveLength(3);
      expect(kernel.programs.looks).toHaveLength(3);
    }
  });

  it('of one program says nothing of the next', () => {
    const kernel = new KernelSide();
    const device = new ServedDevice(kernel, 0, { pid: 321 });
    const other = new ServedDevice(kernel, 0, { pid: 322 });
    kernel.programs.refusals.set(321, EPERM);
    expect(device.ioctl(NOTIFY, words(1))).toBe(EPERM);
    expect(other.ioctlAt(NOTIFY, 8n)).toBe(EFAULT);
    expect(other.ioctlAt(RESET, 8n)).toBe(0);
    expect(kernel.denied).toHaveLength(1);
  });
});

describe('CallerMemory', () => {
  it('is never written to: no ioctl of the device stores anything', () => {
    const programs = new CallerPrograms();
    const memory = new CallerMemory(programs);
    memory.turnTo(5, 64, 0);
    expect(memory.copyToUser()).toBe(false);
    expect(programs.looks).toEqual([]);
  });

  it('reads numbers as they are, from 0 to the largest', () => {
    const programs = new CallerPrograms();
    const memory = new CallerMemory(programs);
    programs.put(5, 64n, words(0xffff_fffe, 0x8000_0000));
    memory.turnTo(5, 64, 0);
    expect(memory.getU16(0)).toBe(0xfffe);
    expect(memory.getU32(0)).toBe(0xffff_fffe);
    const to = new Uint32Array(3).fill(9);
    expect(memory.copyFromUser(to, 0, 2)).toBe(true);
    expect([...to]).toEqual([0xffff_fffe, 0x8000_0000, 9]);
    memory.turnTo(5, 64, 1);
    expect([memory.getU16(0), memory.getU32(0), memory.copyFromUser(to, 0, 2)]).toEqual([
      -1,
      -1,
      false,
    ]);
    expect(memory.denied).toBe(0);
  });
});
