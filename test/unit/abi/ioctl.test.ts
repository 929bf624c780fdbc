import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ioctl from '../../../src/abi/ioctl.js';

const { decodeIoc, EVTCHN_IOCTLS, ioc, ioctlName } = ioctl;

/** include/uapi/xen/evtchn.h: name, request, nr, name and size of the struct. */
const HEADER: readonly (readonly [string, number, number, string | null, number])[] = [
  ['IOCTL_EVTCHN_BIND_VIRQ', 0x44500, 0, 'ioctl_evtchn_bind_virq', 4],
  ['IOCTL_EVTCHN_BIND_INTERDOMAIN', 0x84501, 1, 'ioctl_evtchn_bind_interdomain', 8],
  ['IOCTL_EVTCHN_BIND_UNBOUND_PORT', 0x44502, 2, 'ioctl_evtchn_bind_unbound_port', 4],
  ['IOCTL_EVTCHN_UNBIND', 0x44503, 3, 'ioctl_evtchn_unbind', 4],
  ['IOCTL_EVTCHN_NOTIFY', 0x44504, 4, 'ioctl_evtchn_notify', 4],
  ['IOCTL_EVTCHN_RESET', 0x4505, 5, null, 0],
  ['IOCTL_EVTCHN_RESTRICT_DOMID', 0x24506, 6, 'ioctl_evtchn_restrict_domid', 2],
  ['IOCTL_EVTCHN_BIND_STATIC', 0x44507, 7, 'ioctl_evtchn_bind', 4],
];

const VFS: readonly (readonly [string, number])[] = [
  ['FIBMAP', 1],
  ['FIGETBSZ', 2],
  ['TCGETS', 0x5401],
  ['FIONREAD', 0x541b],
  ['FIONBIO', 0x5421],
  ['FIONCLEX', 0x5450],
  ['FIOCLEX', 0x5451],
  ['FIOASYNC', 0x5452],
  ['FIOQSIZE', 0x5460],
];

const constants = ioctl as Readonly<Record<string, unknown>>;

describe('requests of the device', () => {
  it.each(HEADER)(
    '%s has the number and the argument of the header',
    (name, request, nr, struct, size) => {
      expect(constants[name]).toBe(request);
      expect(ioctlName(request)).toBe(name);
      expect(decodeIoc(request)).toEqual({ dir: 0, type: 0x45, nr, size });
      const row = EVTCHN_IOCTLS[nr];
      expect(row?.name).toBe(name);
      expect(row?.nr).toBe(nr);
      expect(row?.request).toBe(request);
      expect(row?.struct?.name ?? null).toBe(struct);
      expect(row?.struct?.size ?? 0).toBe(size);
    },
  );

  it('are all in the table, which cannot be changed', () => {
    expect(EVTCHN_IOCTLS.map((row) => row.name)).toEqual(HEADER.map(([name]) => name));
    expect(Object.isFrozen(EVTCHN_IOCTLS)).toBe(true);
    expect(EVTCHN_IOCTLS.every((row) => Object.isFrozen(row))).toBe(true);
  });
});

describe('generic requests', () => {
  it.each(VFS)('%s has the number of the header', (name, request) => {
    expect(constants[name]).toBe(request);
    expect(ioctlName(request)).toBe(name);
  });
});

describe('ioctlName', () => {
  it('shows other requests in hexadecimal', () => {
    expect(ioctlName(0)).toBe('0x0');
    expect(ioctlName(0x44508)).toBe('0x44508');
    expect(ioctlName(0x84500)).toBe('0x84500');
    expect(ioctlName(-1)).toBe('0xffffffff');
  });

  it('ignores bits above 31', () => {
    expect(ioctlName(0x44504 + 2 ** 32)).toBe('IOCTL_EVTCHN_NOTIFY');
  });
});

describe('ioctlRequest', () => {
  it('reads every name that ioctlName gives', () => {
    const requests = [...EVTCHN_IOCTLS.map(({ request }) => request), ioctl.TCGETS, 0, 0x44508];
    for (const request of [...requests, 0xffffffff]) {
      expect(ioctl.ioctlRequest(ioctlName(request))).toBe(request);
    }
  });

  it.each(['', 'IOCTL_EVTCHN', '17', '0x', '0x123456789', '0xABC', ' 0x1', 'toString'])(
    'knows none of the name %j',
    (name) => expect(ioctl.ioctlRequest(name)).toBeUndefined(),
  );
});

describe('ioc', () => {
  it('encodes known requests of other drivers', () => {
    expect(ioc(ioctl.IOC_READ, 0x45, 0x01, 4)).toBe(0x80044501);
    expect(ioc(ioctl.IOC_WRITE, 0x66, 2, 8)).toBe(0x40086602);
    expect(ioc(ioctl.IOC_READ | ioctl.IOC_WRITE, 0xff, 0xff, 0x3fff)).toBe(0xffffffff);
    expect(ioc(ioctl.IOC_NONE, 0, 0, 0)).toBe(0);
  });

  it('has the directions of x86', () => {
    expect([ioctl.IOC_NONE, ioctl.IOC_WRITE, ioctl.IOC_READ]).toEqual([0, 1, 2]);
    expect(ioctl.EVTCHN_IOC_TYPE).toBe('E'.charCodeAt(0));
  });

  it.each([
    ['dir too large', 4, 0, 0, 0],
    ['dir negative', -1, 0, 0, 0],
    ['type too large', 0, 256, 0, 0],
    ['type fractional', 0, 0.5, 0, 0],
    ['nr too large', 0, 0, 256, 0],
    ['nr NaN', 0, 0, Number.NaN, 0],
    ['size too large', 0, 0, 0, 0x4000],
    ['size infinite', 0, 0, 0, Number.POSITIVE_INFINITY],
  ])('refuses %s', (_, dir, type, nr, size) => {
    expect(() => ioc(dir, type, nr, size)).toThrow(RangeError);
  });

  it('is undone by decodeIoc', () => {
    const byte = fc.nat({ max: 255 });
    fc.assert(
      fc.property(
        fc.nat({ max: 3 }),
        byte,
        byte,
        fc.nat({ max: 0x3fff }),
        (dir, type, nr, size) => {
          const request = ioc(dir, type, nr, size);
          expect(request).toBe(dir * 2 ** 30 + size * 2 ** 16 + type * 2 ** 8 + nr);
          expect(decodeIoc(request)).toEqual({ dir, type, nr, size });
        },
      ),
    );
  });
});
