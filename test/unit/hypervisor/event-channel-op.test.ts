import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EBUSY, EFAULT, EINVAL, ENOSYS, EOPNOTSUPP, ESRCH } from '../../../src/abi/errno.js';
import { eventChannelOp } from '../../../src/hypervisor/event-channel-op.js';
import { bareDomain, bareXen } from './bare-xen.js';
import { FifoGuest } from './fifo-guest.js';

/** Sizes of the argument structures by operation number, as gcc lays them out on x86-64. */
const SIZES = [12, 12, 12, 4, 4, 24, 8, 8, 8, 4, 2, 24, 8, 8, 2];

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

function guest(config: Parameters<typeof bareDomain>[1] = {}) {
  const xen = bareXen('deferred');
  const domain = bareDomain(xen, { nrPirqs: 16, pirqs: [9], vcpus: 2, ...config });
  return {
    domain,
    /** Runs an operation on bytes written in hex; gives the result and the bytes after it. */
    run(cmd: number, argument: string): [number, string] {
      const arg = fromHex(argument.replaceAll(' ', ''));
      const rc = eventChannelOp(xen.eventChannels, domain, cmd, arg);
      return [rc, hex(arg)];
    },
    call(cmd: number, arg: Uint8Array | undefined): number {
      return eventChannelOp(xen.eventChannels, domain, cmd, arg);
    },
  };
}

describe('eventChannelOp', () => {
  it.each([15, 99, 0xffffffff])('answers ENOSYS for operation %i before the pointer', (cmd) => {
    expect(guest().call(cmd, undefined)).toBe(-ENOSYS);
  });

  it.each(SIZES.map((size, cmd) => [cmd, size]))(
    'answers EFAULT for operation %i without memory and with less than %i bytes',
    (cmd, size) => {
      const { call, domain } = guest();
      expect(call(cmd, undefined)).toBe(-EFAULT);
      expect(call(cmd, new Uint8Array(size - 1))).toBe(-EFAULT);
      expect(call(cmd, new Uint8Array(size))).not.toBe(-EFAULT);
      expect(domain.validPort(0)).toBe(true);
    },
  );

  it('writes the new port into the field of each bind and returns 0', () => {
    const { run } = guest();
    expect(run(6, 'f07f 0000 ffffffff')).toEqual([0, 'f07f000001000000']);
    expect(run(0, '0000 aaaa 01000000 ffffffff')).toEqual([0, '0000aaaa0100000002000000']);
    expect(run(1, '04000000 00000000 ffffffff')).toEqual([0, '040000000000000003000000']);
    expect(run(2, '09000000 01000000 ffffffff')).toEqual([0, '090000000100000004000000']);
    expect(run(7, '01000000 ffffffff')).toEqual([0, '0100000005000000']);
  });

  it('writes nothing when a bind fails', () => {
    const { run } = guest();
    expect(run(6, '0500 0000 ffffffff')).toEqual([-ESRCH, '05000000ffffffff']);
    expect(run(1, '18000000 00000000 ffffffff')).toEqual([-EINVAL, '1800000000000000ffffffff']);
  });

  it.each([
    // A port of each kind, made by the operations in front; the union at byte 16 of the status.
    ['closed', 0, '00000000', '00000000', 'eeeeeeee eeeeeeee'],
    ['unbound', 1, '01000000', '00000000', '0900eeee eeeeeeee'],
    ['interdomain', 2, '02000000', '00000000', '0000eeee 03000000'],
    ['pirq', 4, '03000000', '00000000', '09000000 eeeeeeee'],
    ['virq', 5, '04000000', '00000000', '04000000 eeeeeeee'],
    ['ipi', 6, '05000000', '01000000', 'eeeeeeee eeeeeeee'],
  ])('tells the status of a port that is %s', (_, port, status, vcpu, union) => {
    const { run } = guest();
    run(6, 'f07f 0900 00000000');
    run(6, 'f07f f07f 00000000');
    run(0, 'f07f 0000 02000000 00000000');
    run(2, '09000000 00000000 00000000');
    run(1, '04000000 00000000 00000000');
    run(7, '01000000 00000000');
    const head = `f07feeee0${port}000000`;
    const [rc, bytes] = run(5, `${head} eeeeeeee eeeeeeee eeeeeeee eeeeeeee`);
    expect(rc).toBe(0);
    expect(bytes).toBe(`${head}${status}${vcpu}${union}`.replaceAll(' ', ''));
  });

  it('leaves the status structure alone when it fails', () => {
    const argument = `f07feeee ffffffff ${'ee'.repeat(16)}`;
    expect(guest().run(5, argument)).toEqual([-EINVAL, argument.replaceAll(' ', '')]);
  });

  it('reads the fields of the operations that only read', () => {
    const { run, domain } = guest();
    run(6, 'f07f 0000 00000000');
    expect(run(8, '01000000 01000000')[0]).toBe(0);
    expect(domain.channels.vcpu(1)).toBe(1);
    expect(run(4, '01000000')[0]).toBe(0);
    expect(run(9, '01000000')[0]).toBe(0);
    expect(run(13, '01000000 03000000')[0]).toBe(-ENOSYS);
    expect(run(12, '01000000 00000000')[0]).toBe(-EOPNOTSUPP);
    expect(run(3, '01000000')[0]).toBe(0);
    expect(run(3, '01000000')[0]).toBe(-EINVAL);
    expect(run(14, 'f07f')[0]).toBe(-EBUSY);
    expect(run(10, 'f07f')[0]).toBe(0);
  });

  it('takes the control block and answers 17 link bits, padding as it was', () => {
    const { run, domain } = guest();
    const gfn = hex(Uint8Array.of(domain.memory.allocatePage()));
    const head = `${gfn}00000000000000 10000000 01000000`;
    expect(run(11, `${head} eeeeeeeeeeeeeeee`)).toEqual([
      0,
      `${head}11eeeeeeeeeeeeee`.replaceAll(' ', ''),
    ]);
    expect(domain.ports.abi).toBe('fifo');
    expect(run(11, `${head} eeeeeeeeeeeeeeee`)).toEqual([
      -EINVAL,
      `${head}eeeeeeeeeeeeeeee`.replaceAll(' ', ''),
    ]);
  });

  it('finds no memory behind a 64-bit frame number whatever its low bits are', () => {
    const { run, domain } = guest();
    new FifoGuest(domain);
    expect(run(12, 'ffffffffffffffff')[0]).toBe(-EINVAL);
    expect(run(12, '0100000001000000')[0]).toBe(-EINVAL);
  });

  it('sets the priority of a FIFO port', () => {
    const { run, domain } = guest();
    new FifoGuest(domain);
    run(6, 'f07f 0000 00000000');
    expect(run(13, '01000000 03000000')[0]).toBe(0);
    expect(domain.channels.priority(1)).toBe(3);
  });

  it('works on an argument in the middle of a page, and touches nothing around it', () => {
    const page = new Uint8Array(64).fill(0xee);
    page.set(fromHex('f07f000000000000'), 21);
    const { call } = guest();
    expect(call(6, page.subarray(21))).toBe(0);
    expect(hex(page)).toBe(`${'ee'.repeat(21)}f07f000001000000${'ee'.repeat(35)}`);
  });

  it('answers 0 or a negative errno for any bytes, and never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(16), fc.uint8Array({ minLength: 24, maxLength: 24 })), {
          maxLength: 40,
        }),
        (calls) => {
          const { call } = guest({ privileged: true });
          for (const [cmd, bytes] of calls) {
            const rc = call(cmd, bytes);
            expect(rc).toBeLessThanOrEqual(0);
            expect(rc).toBeGreaterThan(-256);
          }
        },
      ),
    );
  });
});
